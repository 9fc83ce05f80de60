package io.mooncake4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Forwards TCP connections on loopback and cuts them: at a byte that the test chooses, or now.
 *
 * <p>Each connection has a thread for each direction. Safe from any thread. {@link #close} ends all
 * connections and waits for the threads.
 */
public final class CutRelay implements AutoCloseable {
  /** Which way bytes go. */
  public enum Direction {
    /** From the side that connected. */
    TO_SERVER,
    /** To the side that connected. */
    TO_CLIENT
  }

  /** What both sides see of a cut. */
  public enum Manner {
    /** The orderly end of the stream, behind every byte that was forwarded. */
    FIN,
    /** A reset. */
    RESET
  }

  /**
   * Where a connection is cut.
   *
   * @param direction whose bytes count
   * @param bytes so many go through, the cut follows at once; 0 cuts the connection when it is made
   * @param manner how
   */
  public record Cut(Direction direction, long bytes, Manner manner) {}

  private static final int BACKLOG = 100;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final long JOIN_MILLIS = 10_000;

  private final ServerSocket listener;
  private final ConcurrentLinkedQueue<Cut> cuts;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicLong toServer = new AtomicLong();
  private final AtomicLong toClient = new AtomicLong();
  private volatile int port;
  private volatile boolean refusing;

  /**
   * Starts a relay.
   *
   * @param port where the server listens
   * @param cuts for the first connection, the second, …; those beyond are left whole
   */
  public CutRelay(int port, Cut... cuts) {
    this.port = port;
    this.cuts = new ConcurrentLinkedQueue<>(Arrays.asList(cuts));
    try {
      listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /**
   * Returns where clients connect.
   *
   * @return a port of loopback
   */
  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Sends the connections to come elsewhere.
   *
   * @param to where a server listens from now on
   */
  public void redirect(int to) {
    port = to;
  }

  /**
   * Closes connections that are made as long as this is on; those there are go on.
   *
   * @param on whether to refuse
   */
  public void refuse(boolean on) {
    refusing = on;
  }

  /**
   * Cuts all connections there are.
   *
   * @param manner how
   * @return how many there were
   */
  public int cutAll(Manner manner) {
    List<Link> now = List.copyOf(links);
    now.forEach(link -> link.cut(manner));
    return now.size();
  }

  /**
   * Returns how many connections were made, refused ones included.
   *
   * @return the count
   */
  public int connections() {
    return accepted.get();
  }

  /**
   * Returns how much went through, over all connections.
   *
   * @param direction which way
   * @return bytes
   */
  public long forwarded(Direction direction) {
    return count(direction).get();
  }

  private AtomicLong count(Direction direction) {
    return direction == Direction.TO_SERVER ? toServer : toClient;
  }

  private void start(Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } finally {
                threads.remove(Thread.currentThread());
              }
            },
            "cut-relay-" + port);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        accepted.incrementAndGet();
        connect(near);
      } catch (IOException e) {
        // Only this one connection is lost, unless the relay is closed, which the loop finds out.
        assert accepted.get() > 0 || listener.isClosed();
      }
    }
  }

  private void connect(Socket near) throws IOException {
    Socket far = null;
    try {
      if (!refusing) {
        far = new Socket(InetAddress.getLoopbackAddress(), port);
      }
    } finally {
      if (far == null) {
        // Nobody listens behind the relay, which the near side sees as the end of its connection.
        near.close();
      }
    }
    if (far == null) {
      return;
    }
    near.setTcpNoDelay(true);
    far.setTcpNoDelay(true);
    Link link = new Link(near, far, cuts.poll());
    links.add(link);
    start(() -> link.pump(Direction.TO_SERVER));
    start(() -> link.pump(Direction.TO_CLIENT));
    if (listener.isClosed()) {
      link.cut(Manner.RESET);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cutAll(Manner.RESET);
    long deadline = System.nanoTime() + JOIN_MILLIS * 1_000_000;
    while (!threads.isEmpty() && deadline - System.nanoTime() > 0) {
      for (Thread thread : List.copyOf(threads)) {
        try {
          thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
        threads.remove(thread);
      }
      cutAll(Manner.RESET);
    }
  }

  /** One connection and what it is forwarded to. */
  private final class Link {
    private final Socket near;
    private final Socket far;
    private final Cut cut;
    private final AtomicInteger ended = new AtomicInteger();
    private volatile boolean over;

    Link(Socket near, Socket far, Cut cut) {
      this.near = near;
      this.far = far;
      this.cut = cut;
    }

    void pump(Direction direction) {
      boolean toServer = direction == Direction.TO_SERVER;
      try {
        forward(direction, toServer ? near : far, toServer ? far : near);
      } catch (IOException e) {
        // A side is gone, so the other goes, too.
        cut(Manner.RESET);
      } finally {
        if (ended.incrementAndGet() == 2) {
          closeBoth();
        }
      }
    }

    private void forward(Direction direction, Socket from, Socket to) throws IOException {
      byte[] buffer = new byte[BUFFER_BYTES];
      long left = cut != null && cut.direction == direction ? cut.bytes : Long.MAX_VALUE;
      while (true) {
        if (left == 0 && !over) {
          cut(cut.manner);
        }
        // What comes after a cut is read and lost: unread it would make a reset of the end.
        int most = over ? BUFFER_BYTES : (int) Math.min(BUFFER_BYTES, left);
        int bytes = from.getInputStream().read(buffer, 0, most);
        if (bytes < 0) {
          if (!over) {
            to.shutdownOutput();
          }
          return;
        }
        if (!over) {
          left -= bytes;
          count(direction).addAndGet(bytes);
          send(buffer, bytes, to);
        }
      }
    }

    private void send(byte[] buffer, int bytes, Socket to) throws IOException {
      try {
        to.getOutputStream().write(buffer, 0, bytes);
      } catch (IOException e) {
        if (!over) {
          throw e;
        }
      }
    }

    void cut(Manner manner) {
      try {
        if (manner == Manner.FIN && !over) {
          over = true;
          near.shutdownOutput();
          far.shutdownOutput();
          return;
        }
        over = true;
        near.setSoLinger(true, 0);
        far.setSoLinger(true, 0);
      } catch (IOException e) {
        // One of them is closed already; the other must not stay.
      }
      closeBoth();
    }

    private void closeBoth() {
      links.remove(this);
      for (Socket socket : List.of(near, far)) {
        try {
          socket.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
