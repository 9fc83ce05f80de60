package io.mooncake4j.benchmarks.peers.sockets;

import io.mooncake4j.benchmarks.peers.PeerProgram;
import io.mooncake4j.benchmarks.peers.PeerShape;
import io.mooncake4j.benchmarks.peers.PeerWorkload;
import io.mooncake4j.benchmarks.peers.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * Bare sockets at the work of the comparison: a request of a few bytes and a stream of payload
 * between the memory of two processes, each thread has a connection of its own, and both ends look
 * for bytes without sleeping. One request moves a whole batch, or {@link Layout#step} bytes of it,
 * and the next one begins when it has ended. The threads' blocks lie side by side, or each thread
 * has one block, which a batch moves over and over.
 */
public final class SocketsProgram implements PeerWorkload {
  /** No multiple of anything, and together more than sockets hold. */
  private static final PeerShape KNOWN = new PeerShape(true, 1_000_003, 5, 2);

  private final ByteBuffer memory;
  private final ServerProcess server;
  private final InetSocketAddress address;
  private Layout layout = Layout.of(List.of());

  /**
   * Starts the server.
   *
   * @param bytes memory of either side
   */
  SocketsProgram(int bytes) throws IOException {
    memory = Memory.of(bytes);
    server = new ServerProcess(ServerProcess.javaCommand(SocketsServer.class, "" + bytes));
    try {
      int port = Integer.parseInt(server.readLine());
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    } catch (IOException | NumberFormatException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Runs the program.
   *
   * @param arguments the size of the memory of either side in bytes
   */
  public static void main(String[] arguments) {
    PeerProgram.main(() -> new SocketsProgram(Integer.parseInt(arguments[0])));
  }

  @Override
  public String name() {
    return "bare sockets";
  }

  @Override
  public String version() {
    return "of JDK " + Runtime.version();
  }

  @Override
  public List<Long> serverPids() {
    return List.of(server.pid());
  }

  @Override
  public void choose(List<String> words) {
    layout = Layout.of(words);
  }

  @Override
  public Session open(PeerShape shape) {
    Layout chosen = layout;
    long needed = chosen.threadBytes(shape) * shape.threads();
    if (needed > memory.capacity()) {
      throw new IllegalArgumentException(
          "the work needs %d bytes of memory on either side, there are %d"
              .formatted(needed, memory.capacity()));
    }
    return new Session() {
      @Override
      public Worker worker(int thread) throws IOException {
        return SocketsProgram.this.worker(chosen.requests(shape, thread));
      }

      @Override
      public void close() {}
    };
  }

  /** Connects; the requests must lie within this side's memory. */
  SocketsWorker worker(List<Request> requests) throws IOException {
    return new SocketsWorker(address, requests, memory);
  }

  /** Where the server listens. */
  InetSocketAddress address() {
    return address;
  }

  /** This side's memory. */
  ByteBuffer memory() {
    return memory.duplicate();
  }

  @Override
  public void verify() throws IOException {
    // The last thread's part, so that the offset counts.
    int thread = KNOWN.threads() - 1;
    int length = Math.toIntExact(layout.threadBytes(KNOWN));
    byte[] known = new byte[length];
    new Random(1).nextBytes(known);
    ByteBuffer part = memory.slice(thread * length, length);
    part.duplicate().put(known);
    move(KNOWN, thread);
    part.duplicate().put(new byte[length]);
    move(new PeerShape(false, KNOWN.blockBytes(), KNOWN.batch(), KNOWN.threads()), thread);
    int difference = part.mismatch(ByteBuffer.wrap(known));
    if (difference >= 0) {
      throw new IllegalStateException(
          "bytes did not arrive intact: of %d bytes number %d is the first that differs"
              .formatted(length, difference));
    }
  }

  private void move(PeerShape shape, int thread) throws IOException {
    try (SocketsWorker worker = worker(layout.requests(shape, thread))) {
      worker.moveBatch();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
