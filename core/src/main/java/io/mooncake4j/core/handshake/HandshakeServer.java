package io.mooncake4j.core.handshake;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.handshake.ServedConnection.Phase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the handshake port: one request and one reply per connection.
 *
 * <p>One thread does the input and output of all clients without blocking, so a silent or slow one
 * delays nobody; {@link HandshakeWorkers a few others} make the answers. Clients are dropped at
 * deadlines that bound the whole exchange. The number of clients and the memory for their frames
 * are bounded: a new client replaces the one that is idle for longest. A client that sends no valid
 * frame is dropped without reply.
 *
 * <p>Owns the listener. Safe from any thread. Format: Mooncake transfer engine wire format,
 * handshake daemon.
 */
public final class HandshakeServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeServer.class);

  /** How long not to accept after accepting failed, which it does when descriptors run out. */
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
  private static final int SCRATCH_BYTES = 16 * 1024;

  private final ServerSocketChannel listener;
  private final Acceptor acceptor;
  private final InetSocketAddress address;
  private final HandshakeLimits limits;
  private final Selector selector;
  private final SelectionKey acceptKey;
  private final HandshakeWorkers workers;
  private final Thread thread;
  private final HandshakeCounts counts = new HandshakeCounts();
  private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  // Of the server's thread alone. In the order of arrival, so that the first is the oldest.
  private final Set<ServedConnection> clients = new LinkedHashSet<>();
  private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
  private long acceptAgainAt;
  private boolean acceptPaused;
  private boolean acceptFailing;

  /** Takes the next client from the listener, or does as a test says. */
  interface Acceptor {
    SocketChannel accept() throws IOException;
  }

  /** How the exchange with a client has ended. */
  enum Ending {
    ANSWERED,
    FAILED,
    CROWDED_OUT
  }

  private HandshakeServer(
      ServerSocketChannel listener,
      Acceptor acceptor,
      HandshakeService service,
      HandshakeLimits limits)
      throws IOException {
    this.listener = listener;
    this.acceptor = acceptor;
    this.limits = limits;
    address = (InetSocketAddress) listener.getLocalAddress();
    listener.configureBlocking(false);
    selector = Selector.open();
    acceptKey = listener.register(selector, SelectionKey.OP_ACCEPT);
    String name = "mooncake-handshake-" + address.getPort();
    workers = new HandshakeWorkers(name, new HandshakeAnswers(service));
    thread = new Thread(this::serve, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(HandshakeServer.class.getClassLoader());
  }

  /**
   * Starts a server.
   *
   * @param listener is bound; the server closes it, also when it cannot start
   * @param service makes the answers
   * @param limits what clients are allowed
   * @return the server, to be closed by the caller
   * @throws MooncakeException with {@link ErrorCode#SOCKET} when the listener is not usable
   */
  public static HandshakeServer start(
      ServerSocketChannel listener, HandshakeService service, HandshakeLimits limits) {
    return start(listener, listener::accept, service, limits);
  }

  static HandshakeServer start(
      ServerSocketChannel listener,
      Acceptor acceptor,
      HandshakeService service,
      HandshakeLimits limits) {
    try {
      HandshakeServer server = new HandshakeServer(listener, acceptor, service, limits);
      server.thread.start();
      return server;
    } catch (IOException | RuntimeException e) {
      try {
        listener.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw new MooncakeException(
          ErrorCode.SOCKET, "the handshake service cannot start: " + e.getMessage(), e);
    }
  }

  /**
   * Returns where the server listens.
   *
   * @return the bound address
   */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Returns what the server counts.
   *
   * @return live counts
   */
  public HandshakeCounts counts() {
    return counts;
  }

  private void serve() {
    try {
      while (!closed) {
        serveOnce();
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.error("the handshake service at {} ends", address, e);
    } finally {
      closed = true;
      // The listener first: it must go even if memory does not suffice for the rest.
      closeQuietly(listener);
      List.copyOf(clients).forEach(client -> drop(client, "the server closes"));
      closeQuietly(selector);
    }
  }

  private void serveOnce() throws IOException {
    try {
      selector.select(this::advance, waitMillis());
      sendAnswers();
      dropOverdue();
      acceptAgain();
    } catch (OutOfMemoryError e) {
      // Clients that end give memory back, so it is worth going on with those that are there.
      pauseAccepting(e);
    }
  }

  private long waitMillis() {
    long now = System.nanoTime();
    long wait = Long.MAX_VALUE;
    for (ServedConnection client : clients) {
      wait = Math.min(wait, client.deadline() - now);
    }
    if (acceptPaused) {
      wait = Math.min(wait, acceptAgainAt - now);
    }
    // To the selector, 0 means for ever; a millisecond more saves a round just before a deadline.
    return wait == Long.MAX_VALUE ? 0 : Math.max(0, wait / 1_000_000) + 1;
  }

  private void advance(SelectionKey key) {
    if (key == acceptKey) {
      accept();
      return;
    }
    ServedConnection client = (ServedConnection) key.attachment();
    guarded(client, () -> advance(client));
  }

  private void advance(ServedConnection client) throws IOException {
    switch (client.phase()) {
      case REQUEST -> {
        HandshakeFrame request = client.readRequest(System.nanoTime());
        if (request != null) {
          workers.answer(request, frame -> finish(client, frame));
        }
      }
      case REPLY -> client.writeReply(System.nanoTime());
      case LINGER -> {
        if (client.hasClosed(scratch)) {
          drop(client, "done");
        }
      }
      case SERVICE -> {}
    }
  }

  /** By a worker. */
  private void finish(ServedConnection client, byte[] reply) {
    answers.add(() -> send(client, reply));
    selector.wakeup();
  }

  private void sendAnswers() {
    for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
      answer.run();
    }
  }

  private void send(ServedConnection client, byte[] reply) {
    if (!clients.contains(client)) {
      return;
    }
    if (reply == null) {
      drop(client, "its request cannot be answered");
    } else {
      guarded(client, () -> client.reply(reply, System.nanoTime()));
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Lets whatever goes wrong with a client hit that client alone. */
  private void guarded(ServedConnection client, Step step) {
    int heldBefore = client.heldBytes();
    try {
      step.run();
    } catch (IOException | MooncakeException | CancelledKeyException e) {
      drop(client, e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.warn("{} of the handshake service failed", client, e);
      drop(client, e.toString());
    }
    if (client.heldBytes() > heldBefore) {
      boundMemory();
    }
  }

  private void boundMemory() {
    long held = clients.stream().mapToLong(ServedConnection::heldBytes).sum();
    while (held > limits.maxBuffered()) {
      ServedConnection dropped =
          dropOldest(client -> client.phase() != Phase.SERVICE && client.heldBytes() > 0);
      if (dropped == null) {
        return;
      }
      held -= dropped.heldBytes();
    }
  }

  private void accept() {
    SocketChannel channel = null;
    try {
      channel = acceptor.accept();
      if (channel == null) {
        return;
      }
      boolean full = clients.size() >= limits.maxConnections();
      if (full && dropOldest(client -> client.phase() != Phase.SERVICE) == null) {
        counts.turnAway();
        channel.close();
        return;
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      ServedConnection client = new ServedConnection(channel, key, limits, System.nanoTime());
      key.attach(client);
      clients.add(client);
      counts.accept();
      acceptFailing = false;
    } catch (ClosedChannelException e) {
      closeQuietly(channel);
      closed = closed || !listener.isOpen();
    } catch (IOException | RuntimeException | Error e) {
      closeQuietly(channel);
      pauseAccepting(e);
    }
  }

  private void pauseAccepting(Throwable cause) {
    if (!acceptFailing) {
      LOG.warn("the handshake service at {} cannot accept clients for now", address, cause);
    }
    acceptFailing = true;
    acceptPaused = true;
    acceptAgainAt = System.nanoTime() + ACCEPT_PAUSE.toNanos();
    acceptKey.interestOps(0);
  }

  private void acceptAgain() {
    if (acceptPaused && System.nanoTime() - acceptAgainAt >= 0) {
      acceptPaused = false;
      acceptKey.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  private void dropOverdue() {
    long now = System.nanoTime();
    for (ServedConnection client : List.copyOf(clients)) {
      if (now - client.deadline() >= 0) {
        drop(client, "too slow in phase " + client.phase());
      }
    }
  }

  private ServedConnection dropOldest(Predicate<ServedConnection> condition) {
    for (ServedConnection client : clients) {
      if (condition.test(client)) {
        drop(client, "makes room for others", Ending.CROWDED_OUT);
        return client;
      }
    }
    return null;
  }

  private void drop(ServedConnection client, String cause) {
    drop(client, cause, Ending.FAILED);
  }

  private void drop(ServedConnection client, String cause, Ending unlessAnswered) {
    if (!clients.remove(client)) {
      return;
    }
    counts.end(client.phase() == Phase.LINGER ? Ending.ANSWERED : unlessAnswered);
    LOG.debug("{} of the handshake service is dropped: {}", client, cause);
    closeQuietly(client::close);
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception e) {
      LOG.debug("closing a part of the handshake service failed", e);
    }
  }

  /**
   * Stops listening, drops all clients, and waits a few seconds for calls of the service to end.
   * Again is harmless.
   */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    workers.close();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
      workers.awaitEnd(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
