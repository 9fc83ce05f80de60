package io.mooncake4j.testkit.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * An HTTP server on the loopback address that does as it is told.
 *
 * <p>One daemon thread for each connection. Safe from any thread. It keeps its port when it is
 * stopped and started again.
 */
public final class HttpStub implements AutoCloseable {
  private static final int MOST_REQUESTS_KEPT = 10_000;
  private static final long LAST_WAIT_MILLIS = 5_000;

  private final List<HttpRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final String scheme;
  private final ServerSocketFactory sockets;
  private final int port;
  private volatile HttpBehaviour behaviour;
  private volatile Run run;

  private HttpStub(HttpBehaviour behaviour, String scheme, ServerSocketFactory sockets) {
    this.behaviour = behaviour;
    this.scheme = scheme;
    this.sockets = sockets;
    this.run = new Run(0);
    this.port = run.server.getLocalPort();
    run.start();
  }

  /**
   * Starts a server on a free port.
   *
   * @param behaviour what it does
   * @return the server, owned by the caller
   */
  public static HttpStub start(HttpBehaviour behaviour) {
    return new HttpStub(behaviour, "http", ServerSocketFactory.getDefault());
  }

  /**
   * Starts a server that speaks TLS, on a free port.
   *
   * @param behaviour what it does
   * @param context holds its key and certificate
   * @return the server, owned by the caller
   */
  public static HttpStub startSecure(HttpBehaviour behaviour, SSLContext context) {
    return new HttpStub(behaviour, "https", context.getServerSocketFactory());
  }

  /**
   * Returns an address on this server.
   *
   * @param path with its leading slash
   * @return a URL
   */
  public String url(String path) {
    return scheme + "://127.0.0.1:" + port + path;
  }

  /**
   * Returns the port.
   *
   * @return always the same
   */
  public int port() {
    return port;
  }

  /**
   * Changes what it does, from the next request on.
   *
   * @param now the behaviour
   */
  public void behave(HttpBehaviour now) {
    behaviour = now;
  }

  /**
   * Returns the requests so far.
   *
   * @return the oldest first
   */
  public List<HttpRequest> requests() {
    return List.copyOf(requests);
  }

  /**
   * Returns how many connections there have been.
   *
   * @return all of them, closed or not
   */
  public int connections() {
    return connections.get();
  }

  /** Closes the port and all connections; stopping twice does nothing. */
  public void stop() {
    run.stop();
  }

  /** Listens again on the same port. */
  public void restart() {
    run.stop();
    run = new Run(port);
    run.start();
  }

  @Override
  public void close() {
    stop();
  }

  /** From one start to the next stop. */
  private final class Run {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ServerSocket server;
    private final Thread accepting = daemon("accept", this::accept);

    Run(int port) {
      try {
        server = sockets.createServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot listen on port " + port, e);
      }
    }

    void start() {
      accepting.start();
    }

    private static Thread daemon(String name, Runnable job) {
      Thread thread = new Thread(job, "http-stub-" + name);
      thread.setDaemon(true);
      return thread;
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = server.accept();
          open.add(socket);
          connections.incrementAndGet();
          if (stopped.getCount() == 0) {
            close(socket);
          }
          daemon("connection", () -> serve(socket)).start();
        }
      } catch (IOException e) {
        // Stopped.
        stopped.countDown();
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        socket.setTcpNoDelay(true);
        InputStream in = new java.io.BufferedInputStream(socket.getInputStream());
        HttpConnection connection = new HttpConnection(socket, stopped);
        for (Optional<HttpRequest> next = HttpRequest.read(in);
            next.isPresent();
            next = HttpRequest.read(in)) {
          if (requests.size() < MOST_REQUESTS_KEPT) {
            requests.add(next.get());
          }
          behaviour.answer(next.get(), connection);
        }
      } catch (IOException e) {
        // The client or the stub has closed the connection; the client sees that too.
      } finally {
        open.remove(socket);
      }
    }

    void stop() {
      stopped.countDown();
      List<AutoCloseable> all = new ArrayList<>(open);
      all.add(server);
      all.forEach(Run.this::close);
      try {
        // The port is free only when nobody waits on it any more.
        accepting.join(LAST_WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void close(AutoCloseable socket) {
      try {
        socket.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot close " + socket, e);
      }
    }
  }
}
