package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Transport;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a peer: a thread that sends and one that receives, so that neither waits for
 * the other. Threads of the application that are at hand do their work meanwhile, so that they need
 * not be woken: one that submits sends ({@link SendTurn}), one that waits receives too ({@link
 * ReceiveTurn}).
 *
 * <p>Whoever finds it broken closes the socket, which ends both threads; the last one out, when
 * nothing can touch slices' memory any more, says what becomes of each ({@link Settlement}).
 */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** After a failed write the receiver has so long to find out why. */
  private static final long LAST_WORD_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Most batches that a thread sends to which the connection is lent. */
  private static final int LENT_BATCHES = 4;

  private final PeerLink link;
  private final RequestRing ring;
  private final Progress receiving;
  private final Patience patience;
  private final GatherWriter writer;
  private final Sender sender;
  private final SendTurn turn;
  private final Crew crew;
  private final Opening opening;
  private final AtomicReference<Breakage> breakage = new AtomicReference<>();
  private volatile Endpoint endpoint;
  private volatile ConnectionSocket socket;
  private volatile SendBuffer sendBuffer;
  private volatile Receiver receiver;
  private volatile boolean connected;
  private volatile boolean retired;
  private volatile IOException sendFailure;
  private volatile long sendFailedAt;
  private volatile long usedAt;

  Connection(PeerLink link, int number) {
    this.link = link;
    TcpOptions options = link.options();
    ring = new RequestRing(options.pipelineDepth(), options.pipelineBytes());
    Progress sending = new Progress(link.context()::nanoTime);
    receiving = new Progress(link.context()::nanoTime);
    patience = new Patience(this, options, sending, receiving);
    writer = new GatherWriter(sending);
    sender = new Sender(link, this, writer);
    opening = new Opening(link.names(), options);
    String threads = link.peer().name() + "-" + number;
    crew = new Crew(threads, this::runSender, this::runReceiver, this::settle);
    turn = new SendTurn(crew.sender(), options.busyPollNanos());
  }

  /** Begins to connect, in the background. */
  void start() {
    try {
      crew.sender().start();
    } catch (OutOfMemoryError e) {
      breakage.set(
          new Breakage(
              Breakage.Kind.LOST,
              ErrorCode.MEMORY,
              "no thread can be started for a connection to " + describe() + ": " + e));
      // The caller holds the link's lock, under which no slice may be completed.
      link.context().executor().execute(this::leave);
    }
  }

  private void runSender() {
    try {
      open();
      crew.startReceiver();
      sender.run();
    } catch (MooncakeException e) {
      breakUp(new Breakage(Breakage.Kind.LOST, e.code(), e.getMessage()));
    } catch (IOException e) {
      cannotSend(e);
    } catch (RuntimeException | Error e) {
      breakDown(e);
    } finally {
      leave();
    }
  }

  /** The answer that explains the failure may be waiting to be read, so the receiver decides. */
  private void cannotSend(IOException failure) {
    sendFailedAt = link.context().nanoTime();
    sendFailure = failure;
  }

  /** Whether a thread that submits or waits may send by itself; under the link's lock. */
  boolean isLendable() {
    return turn.isParked() && isUsable() && !isSilentAboutWrites() && isCurrent();
  }

  /** Whether the peer's descriptor is the one that was connected to. */
  boolean isCurrent() {
    return link.peer().generation() == endpoint.generation();
  }

  /** How many bytes can be sent without delay; under the link's lock. */
  long room() {
    return sendBuffer.room(ring);
  }

  /** Lends the connection to a thread; under the link's lock, only when it is lendable. */
  void lend() {
    turn.lend();
    crew.enterAsGuest();
  }

  /** Ends {@link #lend}; under the link's lock. */
  void takeBack() {
    crew.dismissGuest();
    usedAt = link.context().nanoTime();
    boolean nothingQueued = link.backlog().isEmpty();
    if (!nothingQueued) {
      turn.starve();
    }
    turn.giveBack(
        nothingQueued, !isUsable() || (!nothingQueued && link.backlog().isAdmittedTo(this)));
  }

  /** Sends requests of the sender's batch in the thread to which the connection is lent. */
  void sendLent(int count) {
    try {
      int next = count;
      for (int batches = LENT_BATCHES; next > 0; batches--) {
        sender.send(next);
        next = batches > 1 ? link.takeMore(this) : 0;
      }
    } catch (IOException e) {
      cannotSend(e);
    } catch (RuntimeException | Error e) {
      breakDown(e);
    } finally {
      try {
        link.takeBack(this);
      } finally {
        crew.leave();
      }
    }
  }

  private void open() throws IOException {
    endpoint = lookUp();
    SocketChannel opened = opening.open(endpoint);
    usedAt = link.context().nanoTime();
    socket = new ConnectionSocket(opened);
    writer.attach(socket);
    sendBuffer = new SendBuffer(opened);
    if (Sockets.isWithinHost(opened)) {
      long bytes = Math.min(link.options().pipelineBytes(), link.options().localPipelineBytes());
      // More makes a C++ server, which answers in small chunks, wait for the socket.
      ring.limit(bytes, endpoint.isJava() ? bytes : bytes / 2);
    }
    receiver = new Receiver(link, this, opened, receiving, link.staging());
    connected = true;
    link.metrics().connectionsOpened().add(1);
    LOG.info(
        "connected to {} at {}, protocol v{}", link.peer().name(), endpoint, endpoint.version());
  }

  /** Receives what has come, in a thread that waits for it. */
  Transport.Progress progress() {
    Receiver present = receiver;
    if (present == null || !present.wantsHelp() || !crew.enterShortly()) {
      return Transport.Progress.NOT_SOON;
    }
    try {
      boolean moved = present.help();
      if (moved && turn.isStarving()) {
        link.goOn(this);
      }
      return moved ? Transport.Progress.MOVED : Transport.Progress.SOON;
    } catch (IOException e) {
      breakUp(Breakage.lost("the link to " + describe() + " broke: " + cause(e)));
    } catch (RuntimeException | Error e) {
      breakDown(e);
    } finally {
      crew.leave();
    }
    return Transport.Progress.NOT_SOON;
  }

  private void runReceiver() {
    try {
      receiver.run();
    } catch (IOException e) {
      breakUp(Breakage.lost("the link to " + describe() + " broke: " + cause(e)));
    } catch (RuntimeException | Error e) {
      breakDown(e);
    } finally {
      leave();
    }
  }

  /** What an exception says, or at least what it is. */
  static String cause(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private void breakDown(Throwable e) {
    LOG.error("the connection to {} is given up because of a defect", describe(), e);
    breakUp(
        new Breakage(
            Breakage.Kind.LOST,
            ErrorCode.INTERNAL,
            "a defect in the connection to " + describe() + ": " + e));
  }

  private Endpoint lookUp() {
    // Read first: if the descriptor changes meanwhile it is only looked up once more.
    long generation = link.peer().generation();
    return Endpoint.of(
        generation,
        link.context().descriptor(link.peer(), false),
        link.options().protocolVersion());
  }

  /** Ends the connection for a reason; the first reason counts. May be called by any thread. */
  void breakUp(Breakage why) {
    if (!breakage.compareAndSet(null, why)) {
      return;
    }
    close();
    link.wake(this);
  }

  private void close() {
    opening.close();
    ConnectionSocket present = socket;
    if (present != null) {
      present.wake();
    }
  }

  private void leave() {
    if (crew.leave()) {
      link.wake(this);
    }
  }

  /** Everybody has left. */
  private void settle() {
    if (sendFailure != null) {
      breakUp(Breakage.lost("the link to " + describe() + " broke: " + cause(sendFailure)));
    }
    Breakage why = breakage.get();
    close();
    if (socket != null) {
      socket.close();
    }
    if (connected && why.kind() != Breakage.Kind.RETIRED) {
      LOG.info("connection to {} ended: {}", link.peer().name(), why.detail());
      link.metrics().connectionsLost().add(1);
    }
    new Settlement(link, this, why).run();
  }

  /** Takes note of a new descriptor; another server means that this connection ends when it can. */
  void refresh() {
    Endpoint present = lookUp();
    if (endpoint.sameServer(present)) {
      endpoint = present;
    } else {
      retired = true;
      endIfDrained();
    }
  }

  /** A retired connection ends once everything on it is answered. */
  void endIfDrained() {
    if (retired && ring.isEmpty()) {
      breakUp(
          new Breakage(Breakage.Kind.RETIRED, ErrorCode.LINK_BROKEN, describe() + " has moved"));
    }
  }

  /** The place for the next request, to be filled in; under the link's lock. */
  Request next(boolean isWrite, int position) {
    return isWrite && isSilentAboutWrites() ? ring.unanswered(position) : ring.next();
  }

  /** Takes a request that {@link #next} has given out and that is filled in. */
  void place(Request request) {
    request.ready();
    if (!isSilent(request)) {
      ring.push();
    }
  }

  /** Ends the connection when it has waited for too long; under the link's lock. */
  void watch(long now) {
    if (connected && !isBroken()) {
      patience.check(now);
    }
  }

  /** Why writing failed, once the receiver has had time to find out more; else null. */
  IOException unexplainedFailure(long now) {
    return sendFailure != null && now - sendFailedAt > LAST_WORD_NANOS ? sendFailure : null;
  }

  /** When the oldest request became the oldest. */
  long answeredAt() {
    return receiver.answeredAt();
  }

  /** Whether there has been nothing to do for so long; under the link's lock. */
  boolean isUnused(long now, long limitNanos) {
    return ring.isEmpty() && turn.isIdle() && link.backlog().isEmpty() && now - usedAt > limitNanos;
  }

  /** The peer and where it is, for messages. */
  String describe() {
    return endpoint == null ? link.peer().name() : link.peer().name() + " at " + endpoint;
  }

  /** Notes that the sender finds nothing to do; under the link's lock. */
  void park(boolean nothingQueued, boolean room) {
    usedAt = link.context().nanoTime();
    turn.park(nothingQueued, room && !retired);
  }

  /** Wakes the sender if it waits for room; by the receiver after answers. */
  void roomMade() {
    if (turn.isStarving()) {
      link.wake(this);
    }
  }

  ConnectionSocket socket() {
    return socket;
  }

  SendTurn turn() {
    return turn;
  }

  Sender sender() {
    return sender;
  }

  boolean isBroken() {
    return breakage.get() != null;
  }

  /** Whether nothing more can be sent. */
  boolean isOver() {
    return isBroken() || sendFailure != null;
  }

  boolean isRetired() {
    return retired;
  }

  boolean isConnected() {
    return connected;
  }

  /** Whether it takes or will take slices. */
  boolean isUsable() {
    return !isOver() && !retired;
  }

  /** Whether a request has been carried out over it. */
  boolean wasFruitful() {
    return ring.answered() > 0 || (writer.written() > 0 && !endpoint.acknowledges());
  }

  /** Where the peer is and what it speaks; once it is connected. */
  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether a v1 write is followed by a read of its last byte. */
  boolean confirmsWrites() {
    return link.options().confirmV1Writes();
  }

  /** Whether the peer answers nothing to a request: it completes when the kernel has it. */
  boolean isSilent(Request request) {
    return !request.isRead() && isSilentAboutWrites();
  }

  private boolean isSilentAboutWrites() {
    return !endpoint.acknowledges() && !confirmsWrites();
  }

  RequestRing ring() {
    return ring;
  }

  GatherWriter writer() {
    return writer;
  }

  /** Gives back what the next connection can use; when both threads have left. */
  void recycle() {
    writer.windows().clear();
    Receiver last = receiver;
    if (last != null) {
      last.windows().clear();
      link.recycle(last.staging());
    }
  }

  void forget(long regionId) {
    writer.windows().forget(regionId);
    Receiver present = receiver;
    if (present != null) {
      present.windows().forget(regionId);
    }
  }

  /** Waits for its end after {@link #breakUp}, but not in a thread that this would wait for. */
  void awaitEnd(long deadlineNanos) {
    Receiver present = receiver;
    boolean isHelper = present != null && present.isHelper();
    if (!isHelper && !crew.awaitEnd(deadlineNanos, link.context()::nanoTime)) {
      LOG.warn("the connection to {} has not ended in time", describe());
    }
  }
}
