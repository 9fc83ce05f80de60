package io.mooncake4j.core.handshake;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener on 127.0.0.1 that does with every connection what the test says, then closes it. */
final class ScriptedPeer implements AutoCloseable {
  /** What to do; an exception ends the connection. */
  interface Script {
    void run(Socket socket) throws IOException;
  }

  private final ServerSocket listener =
      new ServerSocket(0, 50, InetAddress.getAllByName("127.0.0.1")[0]);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Script script;

  ScriptedPeer(Script script) throws IOException {
    this.script = script;
    Thread acceptor = new Thread(this::accept, "scripted-peer");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread thread = new Thread(() -> serve(socket), "scripted-peer-connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      script.run(socket);
    } catch (IOException e) {
      // Scripts write until the client goes away.
    } finally {
      open.remove(socket);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  int accepted() {
    return accepted.get();
  }

  static void readFrame(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] header = new byte[8];
    in.readFully(header);
    long length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong();
    in.readFully(new byte[(int) length]);
  }

  static void readUntilClosed(Socket socket) throws IOException {
    socket.getInputStream().readAllBytes();
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the test did not go on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
