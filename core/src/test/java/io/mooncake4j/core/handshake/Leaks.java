package io.mooncake4j.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Counts what a test must not leave behind, and waits for conditions. */
final class Leaks {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  static {
    // The JDK opens a pair of sockets for itself when it first uses some, and keeps it.
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
        SocketChannel channel = SocketChannel.open()) {
      client.getOutputStream().write(0);
      channel.configureBlocking(false);
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Leaks() {}

  static List<String> handshakeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("mooncake-handshake-"))
        .sorted()
        .toList();
  }

  /** Sockets and epoll instances of this process. */
  static Set<String> sockets() {
    assumeTrue(Files.isDirectory(DESCRIPTORS), "SKIPPED: this system has no /proc/self/fd");
    Set<String> sockets = new TreeSet<>();
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      descriptors.forEach(descriptor -> addSocket(sockets, descriptor));
    } catch (IOException e) {
      throw new AssertionError("cannot list " + DESCRIPTORS, e);
    }
    return sockets;
  }

  private static void addSocket(Set<String> sockets, Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      if (target.startsWith("socket:") || target.startsWith("anon_inode:[eventpoll]")) {
        sockets.add(descriptor.getFileName() + " -> " + target);
      }
    } catch (IOException e) {
      // The one with which the folder itself was listed is gone by now.
    }
  }

  static void assertNoHandshakeThreads() {
    await("handshake threads end", () -> handshakeThreads().isEmpty());
  }

  static void assertNoSocketsBeside(Set<String> before) {
    await(
        "sockets are closed",
        () -> {
          Set<String> left = sockets();
          left.removeAll(before);
          return left.isEmpty();
        });
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(5_000_000);
    }
    assertThat(condition.getAsBoolean()).as(what + " within " + PATIENCE).isTrue();
  }
}
