package io.mooncake4j.benchmarks.peers.sockets;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;

/**
 * Answers requests from its memory, each connection by a thread of its own, which looks for bytes
 * without sleeping and ends with the connection. A request beyond the memory ends the connection.
 *
 * <p>It listens on 127.0.0.1, prints its port, and ends when its input ends.
 */
public final class SocketsServer {
  /** As many as a run has threads at most, and those of the run before that are just ending. */
  private static final int MAX_CONNECTIONS = 512;

  private final ByteBuffer memory;
  private final Semaphore free = new Semaphore(MAX_CONNECTIONS);

  private SocketsServer(int bytes) {
    memory = Memory.of(bytes);
  }

  /**
   * Runs it.
   *
   * @param arguments the size of its memory in bytes
   * @throws IOException when it cannot listen, or the pipe to the initiator breaks
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    SocketsServer server = new SocketsServer(Integer.parseInt(arguments[0]));
    ServerSocketChannel listening = ServerSocketChannel.open();
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    start(() -> server.accept(listening), "accept");
    out.println(listening.socket().getLocalPort());
    while (System.in.read() >= 0) {
      // Nothing is asked here; only the end of the input matters.
    }
    // All of it is memory and sockets, which go with the process.
    Runtime.getRuntime().halt(0);
  }

  private static void start(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocketChannel listening) {
    try {
      while (true) {
        SocketChannel accepted = listening.accept();
        free.acquireUninterruptibly();
        start(() -> serve(accepted), "connection");
      }
    } catch (IOException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private void serve(SocketChannel accepted) {
    try (PollingChannel channel = new PollingChannel(accepted)) {
      ByteBuffer head = ByteBuffer.allocateDirect(Request.BYTES);
      ByteBuffer answer = ByteBuffer.allocateDirect(Request.ANSWER_BYTES);
      ByteBuffer payload = memory.duplicate();
      while (channel.receiveUnlessEnded(head)) {
        Request request = Request.of(head, memory.capacity());
        head.clear();
        payload.limit(request.offset() + request.length()).position(request.offset());
        if (request.write()) {
          channel.receive(payload, request.times());
          channel.send(answer.putLong(0, request.bytes()), 1);
        } else {
          channel.send(payload, request.times());
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("a connection has been ended: " + e.getMessage());
    } finally {
      free.release();
    }
  }
}
