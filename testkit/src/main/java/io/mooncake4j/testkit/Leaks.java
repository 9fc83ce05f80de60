package io.mooncake4j.testkit;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Threads and file descriptors of this process at a moment, to compare with later.
 *
 * <p>Take a snapshot, run what is to leave nothing behind, then {@link #assertNoneSince}. What the
 * run warms up once (pools, native libraries) must be warm before the snapshot: run once before.
 * Immutable; other tests must not run at the same time.
 */
public final class Leaks {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** Shared memory that a test has forgotten goes when it is collected, as all its memory does. */
  private static final String TEST_MEMORY = "/memfd:mooncake4j-test ";

  private final Set<Thread> threads;
  private final Map<String, String> descriptors;
  private final Predicate<Thread> allowed;

  private Leaks(Set<Thread> threads, Map<String, String> descriptors, Predicate<Thread> allowed) {
    this.threads = threads;
    this.descriptors = descriptors;
    this.allowed = allowed;
  }

  /**
   * Takes a snapshot.
   *
   * @return the live threads and open descriptors
   */
  public static Leaks snapshot() {
    warmUpJdk();
    return new Leaks(
        new HashSet<>(Thread.getAllStackTraces().keySet()), openDescriptors(), thread -> false);
  }

  /**
   * Leaves threads out that are not the tested object's, such as those of a server in this process.
   *
   * @param whose names the threads that may come and go
   * @return the same snapshot without them
   */
  public Leaks allowing(Predicate<Thread> whose) {
    return new Leaks(threads, descriptors, allowed.or(whose));
  }

  /** Makes the JDK open the descriptors that it keeps for as long as the process lives. */
  private static void warmUpJdk() {
    try (FileChannel file = FileChannel.open(Path.of("/dev/null"));
        ServerSocketChannel server = ServerSocketChannel.open();
        SocketChannel client = SocketChannel.open();
        DatagramChannel datagrams = DatagramChannel.open()) {
      assert file.isOpen() && server.isOpen() && client.isOpen() && datagrams.isOpen();
    } catch (IOException e) {
      throw new AssertionError("cannot open channels", e);
    }
  }

  /**
   * Waits until all threads and descriptors that are newer than the snapshot are gone.
   *
   * @param limit how long at most
   * @throws AssertionError naming what is left
   */
  public void assertNoneSince(Duration limit) {
    Await.until(() -> left().isEmpty(), limit, () -> "left behind: " + left());
  }

  private Set<String> left() {
    Set<String> left =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.isAlive() && !threads.contains(thread))
            .filter(thread -> !ofTheJdk(thread) && !allowed.test(thread))
            .map(thread -> "thread " + thread.getName())
            .collect(Collectors.toCollection(HashSet::new));
    openDescriptors()
        .forEach(
            (number, file) -> {
              if (!file.equals(descriptors.get(number)) && mayLeak(file)) {
                left.add("descriptor " + number + " of " + file);
              }
            });
    return left;
  }

  /** Threads that the JDK starts and ends as it likes. */
  private static boolean ofTheJdk(Thread thread) {
    String name = thread.getName();
    ThreadGroup group = thread.getThreadGroup();
    return (group != null && group.getName().equals("system"))
        || name.startsWith("ForkJoinPool.commonPool")
        || name.equals("CompletableFutureDelayScheduler")
        || name.startsWith("process reaper")
        || name.startsWith("junit-");
  }

  private static boolean mayLeak(String file) {
    return !file.endsWith(".jar")
        && !file.endsWith(".class")
        && !file.startsWith("/proc/")
        && !file.startsWith(TEST_MEMORY);
  }

  private static Map<String, String> openDescriptors() {
    Map<String, String> open = new HashMap<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      return open;
    }
    try (DirectoryStream<Path> numbers = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path number : numbers) {
        fileOf(number).ifPresent(file -> open.put(number.getFileName().toString(), file));
      }
    } catch (IOException e) {
      throw new AssertionError("cannot list open descriptors", e);
    }
    return open;
  }

  private static Optional<String> fileOf(Path number) {
    try {
      return Optional.of(Files.readSymbolicLink(number).toString());
    } catch (IOException e) {
      // Closed in the meantime, as the descriptor of this very listing is.
      return Optional.empty();
    }
  }
}
