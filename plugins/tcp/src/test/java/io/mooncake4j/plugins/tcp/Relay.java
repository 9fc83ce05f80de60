package io.mooncake4j.plugins.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Forwards connections to a port on loopback, and can be told to forward nothing for a while. */
final class Relay implements AutoCloseable {
  private static final int BACKLOG = 100;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final long JOIN_MILLIS = 10_000;

  private final ServerSocket listener;
  private final int port;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private boolean paused;
  private volatile boolean closed;

  Relay(int port) {
    this.port = port;
    try {
      listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  synchronized void pause() {
    paused = true;
  }

  synchronized void resume() {
    paused = false;
    notifyAll();
  }

  private synchronized void awaitRunning() throws IOException {
    while (paused && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private void start(Runnable work) {
    Thread thread = new Thread(work, "relay-" + port);
    threads.add(thread);
    thread.start();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket near = listener.accept();
        sockets.add(near);
        connect(near);
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket near) throws IOException {
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(far);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      start(() -> pump(near, far));
      start(() -> pump(far, near));
    } catch (IOException e) {
      // Nobody listens behind the relay, which the near side sees as the end of its connection.
      near.close();
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      while (true) {
        awaitRunning();
        int bytes = from.getInputStream().read(buffer);
        awaitRunning();
        if (bytes < 0) {
          to.shutdownOutput();
          return;
        }
        to.getOutputStream().write(buffer, 0, bytes);
      }
    } catch (IOException e) {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    resume();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(Relay::closeQuietly);
    for (Thread thread : threads) {
      try {
        thread.join(JOIN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    // One may have been accepted in the meantime.
    sockets.forEach(Relay::closeQuietly);
  }
}
