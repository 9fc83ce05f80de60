package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the engine's regions to peers: one listener, a thread for many connections of peers that
 * wait for each answer ({@link ServeLoop}), one for each connection of the others, and threads and
 * buffers that are used again, because C++ initiators connect anew for each request.
 *
 * <p>Safe from any thread.
 */
final class DataServer {
  private static final Logger LOG = LoggerFactory.getLogger(DataServer.class);

  private static final long KEEP_THREAD_SECONDS = 10;
  private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LEAVE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int KEPT_BUFFERS = 8;

  /** A loop keeps a processor busy, and its peers' threads want some too. */
  private static final int PROCESSORS_OF_A_LOOP = 4;

  private static final int MOST_LOOPS = 8;

  private final ServerSocketChannel listener;
  private final TransportContext context;
  private final TcpOptions options;
  private final TcpMetrics metrics;
  private final int port;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<SessionBuffers> spare = new ConcurrentLinkedQueue<>();
  private final AtomicInteger spares = new AtomicInteger();
  private final ThreadPoolExecutor threads;
  private final ServeLoop[] loops;
  private final Thread acceptThread;

  /** Whose turn it is to get a session; of the accepting thread. */
  private int nextLoop;

  /** The regions served; added to and removed from under the lock. */
  private final RegionIds served = new RegionIds();

  private volatile int quiescing;

  DataServer(
      ServerSocketChannel listener,
      TransportContext context,
      TcpOptions options,
      TcpMetrics metrics,
      int processors) {
    this.listener = listener;
    this.context = context;
    this.options = options;
    this.metrics = metrics;
    port = ((InetSocketAddress) listener.socket().getLocalSocketAddress()).getPort();
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            KEEP_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread =
                  new Thread(task, "mooncake-tcp-serve-" + port + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    loops = startLoops(Math.max(1, Math.min(MOST_LOOPS, processors / PROCESSORS_OF_A_LOOP)));
    acceptThread = new Thread(this::accept, "mooncake-tcp-accept-" + port);
    acceptThread.setDaemon(true);
    try {
      acceptThread.start();
    } catch (OutOfMemoryError e) {
      closeLoops(context.nanoTime() + LEAVE_NANOS);
      Sockets.close(listener);
      throw e;
    }
    LOG.info("serving registered memory on {}", listener.socket().getLocalSocketAddress());
  }

  private ServeLoop[] startLoops(int count) {
    ServeLoop[] started = new ServeLoop[count];
    int next = 0;
    try {
      for (; next < count; next++) {
        started[next] = new ServeLoop("mooncake-tcp-serve-" + port + "-loop-" + next, this::passOn);
      }
      return started;
    } catch (IOException | OutOfMemoryError e) {
      for (int i = 0; i < next; i++) {
        started[i].close(LEAVE_NANOS);
      }
      Sockets.close(listener);
      throw new MooncakeException(
          ErrorCode.SOCKET, "port " + port + " cannot be served: " + e.getMessage(), e);
    }
  }

  private void closeLoops(long deadlineNanos) {
    for (ServeLoop loop : loops) {
      loop.close(deadlineNanos - context.nanoTime());
    }
  }

  /** Serves a session in a thread of its own. */
  private void passOn(Session session) {
    try {
      threads.execute(session);
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.warn("cannot serve a connection on port {}: {}", port, e.toString());
      session.end();
    }
  }

  /** A session has been closed by a thread that does not serve it. */
  void wake() {
    for (ServeLoop loop : loops) {
      loop.wake();
    }
  }

  int port() {
    return port;
  }

  int sessions() {
    return sessions.size();
  }

  private void accept() {
    boolean failing = false;
    while (listener.isOpen()) {
      try {
        admit(listener.accept());
        failing = false;
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        if (!failing) {
          LOG.warn("cannot accept connections on port {} ({}); trying on", port, e.getMessage());
          failing = true;
        }
        LockSupport.parkNanos(this, ACCEPT_PAUSE_NANOS);
      }
    }
  }

  private void admit(SocketChannel channel) {
    if (sessions.size() >= options.maxServerConnections() && !evictIdle()) {
      metrics.connectionsRefused().add(1);
      LOG.debug("closed a connection: {} are served already", sessions.size());
      Sockets.close(channel);
      return;
    }
    Session session = null;
    try {
      Sockets.configure(channel, options);
      session = new Session(this, channel, context, metrics, options.busyPollNanos(), buffers());
      sessions.add(session);
      channel.configureBlocking(false);
      ServeLoop loop = loops[nextLoop];
      nextLoop = (nextLoop + 1) % loops.length;
      if (!loop.add(session)) {
        passOn(session);
      }
      metrics.connectionsServed().add(1);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOG.warn("cannot serve a connection on port {}: {}", port, e.toString());
      if (session != null) {
        sessions.remove(session);
      }
      Sockets.close(channel);
    }
  }

  /** Makes room by closing the connection that has been without a request for longest. */
  private boolean evictIdle() {
    Session longest = null;
    for (Session session : sessions) {
      if (session.isIdle() && (longest == null || session.idleSince() - longest.idleSince() < 0)) {
        longest = session;
      }
    }
    if (longest == null) {
      return false;
    }
    longest.evict();
    return true;
  }

  private SessionBuffers buffers() {
    SessionBuffers buffers = spare.poll();
    if (buffers == null) {
      return new SessionBuffers(context::nanoTime);
    }
    spares.decrementAndGet();
    return buffers;
  }

  /** A session has ended and uses nothing any more. */
  void leave(Session session, SessionBuffers buffers) {
    sessions.remove(session);
    buffers.clear();
    if (spares.incrementAndGet() <= KEPT_BUFFERS) {
      spare.add(buffers);
    } else {
      spares.decrementAndGet();
    }
  }

  synchronized void serve(List<LocalRegion> regions) {
    regions.forEach(region -> served.add(region.id()));
  }

  synchronized void withdraw(List<LocalRegion> regions) {
    regions.forEach(region -> served.remove(region.id()));
  }

  private static long[] ids(List<LocalRegion> regions) {
    return regions.stream().mapToLong(LocalRegion::id).sorted().toArray();
  }

  boolean isServed(LocalRegion region) {
    return served.contains(region.id());
  }

  void forget(long regionId) {
    for (Session session : sessions) {
      session.forget(regionId);
    }
  }

  /** Waits until no session is inside regions; closes those that still are at the deadline. */
  Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    long[] ids = ids(regions);
    synchronized (this) {
      quiescing++;
    }
    try {
      if (awaitOutside(ids, deadlineNanos)) {
        return Quiescence.QUIET;
      }
      for (Session session : sessions) {
        if (session.isInside(ids)) {
          LOG.info("closing a connection that is still inside a withdrawn region");
          session.close();
        }
      }
      return awaitOutside(ids, context.nanoTime() + LEAVE_NANOS)
          ? Quiescence.QUIET
          : Quiescence.BUSY;
    } finally {
      synchronized (this) {
        quiescing--;
      }
    }
  }

  private synchronized boolean awaitOutside(long[] ids, long deadlineNanos) {
    while (sessions.stream().anyMatch(session -> session.isInside(ids))) {
      long left = deadlineNanos - context.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        // Sessions notify, so the time is a bound and no polling interval.
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** A session has let go of regions. */
  void notifyOutside() {
    if (quiescing > 0) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  void watch(long now) {
    for (Session session : sessions) {
      session.watch(now, options.stallTimeoutNanos());
    }
  }

  /** Stops serving, waits for the threads. */
  void close(long deadlineNanos) {
    Sockets.close(listener);
    Threads.join(acceptThread, deadlineNanos - context.nanoTime());
    sessions.forEach(Session::close);
    closeLoops(deadlineNanos);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(
          Math.max(0, deadlineNanos - context.nanoTime()), TimeUnit.NANOSECONDS)) {
        LOG.warn("{} connections on port {} have not ended in time", sessions.size(), port);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
