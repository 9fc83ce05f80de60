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
 * Bare sockets at the work of the comparison: a batch is one request of a few bytes and one stream
 * of payload between the memory of two processes, each thread has a connection of its own, and both
 * ends look for bytes without sleeping. The threads' blocks lie side by side; with the argument
 * "one-block" each thread has one, which a batch moves over and over.
 */
public final class SocketsProgram implements PeerWorkload {
  private static final String ONE_BLOCK = "one-block";

  /** No multiple of anything, and together more than sockets hold. */
  private static final PeerShape KNOWN = new PeerShape(true, 1_000_003, 5, 2);

  private final boolean oneBlock;
  private final ByteBuffer memory;
  private final ServerProcess server;
  private final InetSocketAddress address;

  /**
   * Starts the server.
   *
   * @param bytes memory of either side
   * @param oneBlock whether each thread has only one block
   */
  SocketsProgram(int bytes, boolean oneBlock) throws IOException {
    this.oneBlock = oneBlock;
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
   * @param arguments the size of the memory of either side in bytes, and "one-block" or nothing
   */
  public static void main(String[] arguments) {
    boolean oneBlock = List.of(arguments).contains(ONE_BLOCK);
    PeerProgram.main(() -> new SocketsProgram(Integer.parseInt(arguments[0]), oneBlock));
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
  public Run open(PeerShape shape) {
    return new Run(shape);
  }

  /** Where the server listens. */
  InetSocketAddress address() {
    return address;
  }

  @Override
  public void verify() throws IOException {
    byte[] known = new byte[KNOWN.blockBytes() * (oneBlock ? 1 : KNOWN.batch())];
    new Random(1).nextBytes(known);
    // The last thread's part, so that the offset counts.
    int thread = KNOWN.threads() - 1;
    move(true, thread, known);
    ByteBuffer found = move(false, thread, new byte[known.length]);
    int difference = found.mismatch(ByteBuffer.wrap(known));
    if (difference >= 0) {
      throw new IllegalStateException(
          "bytes did not arrive intact: of %d bytes number %d is the first that differs"
              .formatted(known.length, difference));
    }
  }

  /**
   * Moves a batch that begins with these bytes on this side; returns what lies there afterwards.
   */
  private ByteBuffer move(boolean write, int thread, byte[] before) throws IOException {
    PeerShape shape = new PeerShape(write, KNOWN.blockBytes(), KNOWN.batch(), KNOWN.threads());
    try (SocketsWorker worker = open(shape).worker(thread)) {
      worker.memory().put(before);
      worker.moveBatch();
      return worker.memory();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** The work of one run; each thread connects for itself. */
  final class Run implements Session {
    private final PeerShape shape;
    private final int times;
    private final long length;

    private Run(PeerShape shape) {
      this.shape = shape;
      times = oneBlock ? shape.batch() : 1;
      length = shape.batchBytes() / times;
      if (length * shape.threads() > memory.capacity()) {
        throw new IllegalArgumentException(
            "the work needs %d bytes of memory on either side, there are %d"
                .formatted(length * shape.threads(), memory.capacity()));
      }
    }

    @Override
    public SocketsWorker worker(int thread) throws IOException {
      Request request = new Request(shape.write(), (int) (thread * length), (int) length, times);
      return new SocketsWorker(address, request, memory);
    }

    @Override
    public void close() {}
  }
}
