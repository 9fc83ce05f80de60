package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * All that is kept for one peer: the slices that wait and the connections that take them.
 *
 * <p>Connections take work when they have room for it, so that the least loaded gets most. One lock
 * guards the queue and the filling of requests; no slice is completed and no socket is waited for
 * while it is held.
 */
final class PeerLink {
  /** What {@link #take} returns when the connection has to end. */
  static final int OVER = -1;

  /** What {@link #take} returns when the peer's descriptor has been replaced. */
  static final int STALE = -2;

  /** So many connections in a row that carried nothing count as no connection. */
  private static final int BARREN_LIMIT = 3;

  private final Peer peer;
  private final TransportContext context;
  private final TcpOptions options;
  private final TcpMetrics metrics;
  private final NameLookup names;
  private final Backlog backlog;
  private final List<Connection> connections = new ArrayList<>();

  /** The same, for threads without the lock. */
  private volatile Connection[] present = new Connection[0];

  private final ArrayDeque<ByteBuffer> stagings = new ArrayDeque<>();

  private Breakage closed;
  private Breakage refusal;
  private long refusalEnds;
  private long refusalGeneration;
  private int barren;
  private int opened;

  PeerLink(
      Peer peer,
      TransportContext context,
      TcpOptions options,
      TcpMetrics metrics,
      NameLookup names) {
    this.peer = peer;
    this.context = context;
    this.options = options;
    this.metrics = metrics;
    this.names = names;
    this.backlog = new Backlog(options);
  }

  Peer peer() {
    return peer;
  }

  TransportContext context() {
    return context;
  }

  TcpOptions options() {
    return options;
  }

  TcpMetrics metrics() {
    return metrics;
  }

  NameLookup names() {
    return names;
  }

  /** A staging buffer for a new connection; reconnecting often must not pile them up. */
  ByteBuffer staging() {
    ByteBuffer spare;
    synchronized (this) {
      spare = stagings.poll();
    }
    return spare == null ? Receiver.newStaging() : spare;
  }

  synchronized void recycle(ByteBuffer staging) {
    if (stagings.size() < options.connections()) {
      stagings.add(staging);
    }
  }

  void submit(Slice[] slices, int from, int to) {
    Breakage reason;
    int accepted = from;
    Connection lent = null;
    int count = 0;
    synchronized (this) {
      reason = closed != null ? closed : hopeless();
      if (reason == null) {
        lent = backlog.isEmpty() ? lendable() : null;
        while (accepted < to && backlog.add(slices[accepted])) {
          accepted++;
        }
        count =
            lent == null ? 0 : backlog.fill(lent, lent.sender().batch(), true, context.nanoTime());
        if (count > 0) {
          lent.lend();
        }
        spread();
      }
    }
    if (count > 0) {
      lent.sendLent(count);
    }
    if (accepted == to) {
      return;
    }
    Breakage why = reason == null ? full() : reason;
    for (int i = accepted; i < to; i++) {
      slices[i].fail(why.code(), false, why.detail());
    }
  }

  /** A connection over which a submitting thread may send by itself, or null. */
  private Connection lendable() {
    Connection best = null;
    for (int i = 0; i < connections.size(); i++) {
      Connection connection = connections.get(i);
      if (connection.isLendable() && (best == null || connection.ring().isEmpty())) {
        best = connection;
      }
    }
    return best;
  }

  /** Fills in what a thread to which a connection is lent sends next; 0 when that is nothing. */
  int takeMore(Connection connection) {
    synchronized (this) {
      boolean isGood = connection.isUsable() && connection.isCurrent() && !backlog.isEmpty();
      return isGood
          ? backlog.fill(connection, connection.sender().batch(), true, context.nanoTime())
          : 0;
    }
  }

  /** Sends on a connection that has made room, in the calling thread or in its own. */
  void goOn(Connection connection) {
    int count = 0;
    synchronized (this) {
      if (connection.turn().isLent()) {
        return;
      }
      if (backlog.isEmpty()) {
        connection.turn().rest();
        return;
      }
      if (connection.isLendable()) {
        count = backlog.fill(connection, connection.sender().batch(), true, context.nanoTime());
      }
      if (count > 0) {
        connection.lend();
      } else if (!connection.turn().isParked() || backlog.isAdmittedTo(connection)) {
        connection.turn().wake();
      }
    }
    if (count > 0) {
      connection.sendLent(count);
    }
  }

  /** Ends {@link Connection#lend}. */
  void takeBack(Connection connection) {
    synchronized (this) {
      connection.takeBack();
      // What this connection cannot take now may be what another one can.
      spread();
    }
  }

  private Breakage full() {
    return new Breakage(
        Breakage.Kind.CLOSED,
        ErrorCode.TOO_MANY_REQUESTS,
        "more than "
            + options.maxQueuedSlices()
            + " slices wait for "
            + peer.name()
            + "; submit less at once or raise "
            + TcpOptions.MAX_QUEUED_SLICES);
  }

  /** Why nothing can be sent just now, or null. */
  private Breakage hopeless() {
    return usable() == 0 ? refusal() : null;
  }

  /** Why no connection may be opened just now, or null. */
  private Breakage refusal() {
    if (refusal != null
        && (context.nanoTime() - refusalEnds >= 0 || peer.generation() != refusalGeneration)) {
      refusal = null;
    }
    return refusal;
  }

  private int usable() {
    int count = 0;
    for (int i = 0; i < connections.size(); i++) {
      if (connections.get(i).isUsable()) {
        count++;
      }
    }
    return count;
  }

  /** Sees to it that somebody takes what waits: an idle connection, or one more. */
  private void spread() {
    if (backlog.isEmpty() || closed != null) {
      return;
    }
    int usable = 0;
    for (int i = 0; i < connections.size(); i++) {
      Connection connection = connections.get(i);
      if (!connection.isUsable()) {
        continue;
      }
      if (connection.turn().isIdle()) {
        connection.turn().wake();
        return;
      }
      if (connection.turn().isComing()) {
        return;
      }
      usable++;
    }
    if (usable < options.connections() && refusal() == null) {
      Connection connection = new Connection(this, ++opened);
      connections.add(connection);
      present = connections.toArray(Connection[]::new);
      connection.start();
    }
  }

  /**
   * Gives a connection's sender what to send next; waits for it. Only the sender calls this.
   *
   * @return how many requests of the batch are filled in, or {@link #OVER} or {@link #STALE}
   */
  int take(Connection connection, Request[] batch) {
    while (true) {
      synchronized (this) {
        if (connection.isOver()) {
          return OVER;
        }
        if (!connection.isRetired() && !backlog.isEmpty()) {
          if (peer.generation() != connection.endpoint().generation()) {
            return STALE;
          }
          connection.turn().starve();
          int count = backlog.fill(connection, batch, false, context.nanoTime());
          if (count > 0) {
            connection.turn().busy();
            spread();
            return count;
          }
        }
        connection.park(backlog.isEmpty(), !backlog.isEmpty() && backlog.isAdmittedTo(connection));
        // What this connection cannot take now may be what another one can.
        spread();
      }
      connection.turn().await();
    }
  }

  /** The slices that wait; under the link's lock. */
  Backlog backlog() {
    return backlog;
  }

  /** Lets the sender of a connection look again. */
  void wake(Connection connection) {
    synchronized (this) {
      connection.turn().wake();
    }
  }

  void cancel(Slice slice, ErrorCode reason) {
    Connection occupied = null;
    boolean unsent;
    boolean dropped = false;
    synchronized (this) {
      unsent = backlog.remove(slice);
      for (int i = 0; i < connections.size() && !unsent && reason != ErrorCode.CANCELED; i++) {
        Request request = connections.get(i).ring().find(slice);
        if (request == null) {
          continue;
        }
        dropped = request.drop(slice);
        if (!dropped && request.isOccupied()) {
          request.timeOut(slice);
          occupied = connections.get(i);
        }
        break;
      }
    }
    if (unsent) {
      slice.fail(reason, false, "given up before anything was sent to " + peer.name());
    } else if (dropped) {
      boolean write = slice.opcode() == OpCode.WRITE;
      slice.fail(reason, write, "sent to " + peer.name() + ", which has not answered in time");
    } else if (occupied != null) {
      occupied.breakUp(
          Breakage.lost("a transfer with " + peer.name() + " was given up in mid-payload"));
    }
  }

  /**
   * Lets go of a connection that has ended; its untouched slices come back. Under the lock.
   *
   * @param doomed receives the waiting slices for which there is no hope
   * @return why they fail, or null when there are none
   */
  Breakage detach(Connection connection, Breakage why, List<Slice> again, List<Slice> doomed) {
    connections.remove(connection);
    present = connections.toArray(Connection[]::new);
    backlog.addFirst(again);
    boolean fruitful = connection.wasFruitful() || why.kind() != Breakage.Kind.LOST;
    barren = connection.isConnected() && fruitful ? 0 : barren + 1;
    boolean failed = !connection.isConnected() || barren >= BARREN_LIMIT;
    if (failed) {
      refusal = why;
      refusalEnds = context.nanoTime() + options.coolDownNanos();
      refusalGeneration = peer.generation();
    }
    Breakage reason = closed;
    if (reason == null) {
      // What has waited fails even without a cool-down, or it would be tried over and over.
      reason = failed && usable() == 0 ? why : hopeless();
    }
    if (reason != null) {
      backlog.drain(doomed);
      return reason;
    }
    spread();
    return null;
  }

  /** Receives what has come, in the calling thread. */
  Transport.Progress progress() {
    Transport.Progress best = Transport.Progress.NOT_SOON;
    for (Connection connection : present) {
      Transport.Progress one = connection.progress();
      best = one.compareTo(best) < 0 ? one : best;
    }
    return best;
  }

  /** Looks after deadlines of the connections. */
  synchronized void watch(long now) {
    for (int i = 0; i < connections.size(); i++) {
      connections.get(i).watch(now);
    }
  }

  synchronized void forget(long regionId) {
    for (Connection connection : connections) {
      connection.forget(regionId);
    }
  }

  synchronized int queued() {
    return backlog.size();
  }

  synchronized int connected() {
    return usable();
  }

  /** Fails everything and ends the connections, which are returned to be waited for. */
  List<Connection> close(Breakage why) {
    List<Slice> waiting = new ArrayList<>();
    List<Connection> ending;
    synchronized (this) {
      if (closed == null) {
        closed = why;
      }
      backlog.drain(waiting);
      ending = List.copyOf(connections);
    }
    for (Connection connection : ending) {
      connection.breakUp(why);
    }
    for (Slice slice : waiting) {
      slice.fail(why.code(), false, why.detail());
    }
    return ending;
  }
}
