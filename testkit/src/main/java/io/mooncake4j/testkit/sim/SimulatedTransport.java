package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Metrics;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What the simulated transports share: a thread that moves bytes, flights that can stall, and the
 * script of faults.
 *
 * <p>One lock guards the flights. Slices are completed without it, so that an engine may submit
 * from a completion.
 */
abstract class SimulatedTransport implements Transport, FlightPark {
  private static final long JOIN_MILLIS = 10_000;

  final TransportContext context;
  final SimulatedNetwork network;
  private final String name;
  private final long maxSliceBytes;
  private final Object lock = new Object();
  private final FlightQueue flights = new FlightQueue();
  private final Thread thread;
  private final Metrics.Counter slices;
  private final Metrics.Counter bytes;
  private boolean closed;

  SimulatedTransport(
      String name, TransportContext context, SimulatedNetwork network, long maxSliceBytes) {
    this.name = name;
    this.context = context;
    this.network = network;
    this.maxSliceBytes = maxSliceBytes;
    this.slices = context.metrics().counter("slices");
    this.bytes = context.metrics().counter("bytes");
    this.thread = new Thread(this::run, name + "-" + context.segmentName());
    this.thread.setDaemon(true);
  }

  /** Starts the thread; the last thing a subclass's constructor does. */
  final void start() {
    thread.start();
  }

  /**
   * Finds the way to a flight's far side.
   *
   * @return false when the flight was parked until the way is known
   * @throws MooncakeException when there is none
   */
  abstract boolean reach(Flight flight);

  /**
   * Moves bytes of a flight that has a way.
   *
   * @throws MooncakeException when the far side refuses or is gone
   */
  abstract void carry(Flight flight, long from, long count);

  /** Keeps the far side in use while a flight rests half way. */
  void hold(Flight flight) {}

  /** Ends what {@link #hold} began, if it did. */
  void letGo(Flight flight) {}

  /** Forgets what is kept for a peer. */
  void forget(Peer peer) {}

  /** Stops serving, after the last flight has ended. */
  void stopServing() {}

  @Override
  public final long maxSliceBytes() {
    return maxSliceBytes;
  }

  @Override
  public final void submit(Slice[] batch, int from, int to) {
    synchronized (lock) {
      if (!closed) {
        for (int i = from; i < to; i++) {
          Flight flight = flights.take();
          flight.board(batch[i]);
          flights.activate(flight);
          flights.enqueue(flight);
        }
        lock.notifyAll();
        return;
      }
    }
    for (int i = from; i < to; i++) {
      batch[i].fail(ErrorCode.CLOSED, false, name + " is closed");
    }
  }

  private void run() {
    for (Flight flight = next(); flight != null; flight = next()) {
      long ticket = flight.ticket;
      try {
        step(flight);
      } catch (MooncakeException e) {
        failUnlessGone(flight, ticket, e.code(), e.getMessage());
      } catch (RuntimeException e) {
        failUnlessGone(flight, ticket, ErrorCode.INTERNAL, name + " failed: " + e);
      }
    }
  }

  /** A completion that throws has ended the flight's journey already. */
  private void failUnlessGone(Flight flight, long ticket, ErrorCode code, String detail) {
    boolean here;
    synchronized (lock) {
      here = flight.ticket == ticket;
    }
    if (here) {
      fail(flight, code, detail);
    }
  }

  private Flight next() {
    synchronized (lock) {
      while (!closed) {
        Flight flight = flights.poll();
        if (flight != null) {
          return flight;
        }
        try {
          lock.wait();
        } catch (InterruptedException e) {
          // Nobody but close() ends this thread, and it does not interrupt.
        }
      }
      return null;
    }
  }

  private void step(Flight flight) {
    if (!reach(flight)) {
      return;
    }
    if (!flight.started) {
      flight.started = true;
      flight.fault = faultFor(flight);
    }
    Fault fault = flight.fault;
    flight.fault = null;
    flight.stall = null;
    flight.lands = false;
    if (fault == null) {
      move(flight, flight.length);
      succeed(flight);
    } else {
      strike(flight, fault);
    }
  }

  private Fault faultFor(Flight flight) {
    Faults faults = network.faults();
    if (faults.isEmpty()) {
      return null;
    }
    return faults.take(
        new SimulatedCopy(
            name,
            context.segmentName(),
            flight.peer.name(),
            flight.opcode,
            flight.remoteAddress,
            flight.length));
  }

  private void strike(Flight flight, Fault fault) {
    switch (fault.kind()) {
      case STALL -> {
        move(flight, Math.min(fault.bytes(), flight.length));
        flight.stall = fault.stall();
        flight.lands = fault.stall().writesLand() && flight.opcode == OpCode.WRITE;
        park(flight, fault.stall());
      }
      case DELAY -> {
        long ticket = flight.ticket;
        if (rest(flight)) {
          ScheduledFuture<?> unused =
              context
                  .executor()
                  .schedule(
                      () -> resume(flight, ticket), fault.delay().toNanos(), TimeUnit.NANOSECONDS);
        }
      }
      case FAIL -> {
        move(flight, Math.min(fault.bytes(), flight.length));
        flight.lands = fault.mayStillLand();
        if (fault.stall() != null && flight.opcode == OpCode.WRITE) {
          launch(Flight.landingOf(flight), fault.stall());
        }
        fail(flight, fault.code(), "a scripted fault struck the " + flight);
      }
      case DROP_LINK -> {
        Peer peer = flight.peer;
        fail(flight, ErrorCode.LINK_BROKEN, "a scripted fault broke the link to " + peer.name());
        failAll(peer, ErrorCode.LINK_BROKEN, "a scripted fault broke the link to " + peer.name());
      }
      case FLIP -> {
        moveFlipped(flight, flight.localOffset + Math.min(fault.bytes(), flight.length - 1));
        succeed(flight);
      }
    }
  }

  /** Moves all bytes, one of them wrong; the source is as before when this returns. */
  private void moveFlipped(Flight flight, long localOffset) {
    boolean write = flight.opcode == OpCode.WRITE;
    if (write) {
      RegionCopy.flip(flight.region, localOffset);
    }
    try {
      move(flight, flight.length);
    } finally {
      RegionCopy.flip(flight.region, localOffset);
    }
  }

  /** Moves a flight's bytes up to a count. */
  private void move(Flight flight, long upTo) {
    long count = upTo - flight.copied;
    if (count > 0) {
      carry(flight, flight.copied, count);
      flight.copied = upTo;
      bytes.add(count);
    }
  }

  private void park(Flight flight, Stall stall) {
    long ticket = flight.ticket;
    if (flight.copied > 0) {
      hold(flight);
    }
    if (rest(flight) && !stall.park(this, flight, ticket)) {
      resume(flight, ticket);
    }
  }

  /**
   * Lets the running flight rest until somebody resumes it.
   *
   * @return false when it was stopped in the meantime and has failed
   */
  final boolean rest(Flight flight) {
    ErrorCode stop;
    synchronized (lock) {
      stop = closed ? ErrorCode.CLOSED : flight.stop;
      if (stop == null) {
        flight.state = Flight.State.PARKED;
        return true;
      }
    }
    fail(flight, stop, "the " + flight + " was stopped");
    return false;
  }

  /** Sends bytes whose slice has completed on their way, to land when the stall is released. */
  private void launch(Flight ghost, Stall stall) {
    long ticket;
    synchronized (lock) {
      flights.activate(ghost);
      ticket = ghost.ticket;
      ghost.state = Flight.State.PARKED;
    }
    if (!stall.park(this, ghost, ticket)) {
      resume(ghost, ticket);
    }
  }

  @Override
  public final void resume(Flight flight, long ticket) {
    synchronized (lock) {
      if (!closed && flight.ticket == ticket && flight.state == Flight.State.PARKED) {
        flights.enqueue(flight);
        lock.notifyAll();
      }
    }
  }

  @Override
  public final void breakLink(Flight flight, long ticket, String detail) {
    Slice slice;
    boolean landing;
    synchronized (lock) {
      if (flight.ticket != ticket || flight.state != Flight.State.PARKED) {
        return;
      }
      landing = flight.opcode == OpCode.WRITE && flight.copied > 0;
      slice = retire(flight);
    }
    complete(slice, ErrorCode.LINK_BROKEN, landing, detail);
  }

  private void succeed(Flight flight) {
    Slice slice;
    synchronized (lock) {
      slice = retire(flight);
    }
    slices.add(1);
    if (slice != null) {
      slice.succeed();
    }
  }

  /** Fails a flight that nobody else can touch: it runs, or it was just found parked. */
  final void fail(Flight flight, ErrorCode code, String detail) {
    Slice slice;
    boolean landing;
    synchronized (lock) {
      landing = flight.mayStillLand();
      slice = retire(flight);
    }
    complete(slice, code, landing, detail);
  }

  /** Returns the slice to complete, or null for bytes on the wire. */
  private Slice retire(Flight flight) {
    Slice slice = flight.slice;
    letGo(flight);
    flights.retire(flight);
    return slice;
  }

  private static void complete(Slice slice, ErrorCode code, boolean landing, String detail) {
    if (slice != null) {
      slice.fail(code, landing, detail);
    }
  }

  @Override
  public final void cancel(Slice slice, ErrorCode reason) {
    boolean landing;
    synchronized (lock) {
      Flight flight = flights.find(slice);
      if (flight == null) {
        return;
      }
      boolean untouched = flight.state == Flight.State.QUEUED && !flight.started;
      if (!untouched && reason != ErrorCode.TIMEOUT) {
        return;
      }
      if (flight.state == Flight.State.RUNNING) {
        flight.stop = reason;
        return;
      }
      landing = flight.mayStillLand();
      leaveOnWire(flight);
      retire(flight);
    }
    slice.fail(reason, landing, "stopped by the engine: " + reason);
  }

  /** What a stalled write has sent goes on alone, with the bytes of this moment. */
  private void leaveOnWire(Flight flight) {
    if (flight.lands && flight.copied < flight.length) {
      launch(Flight.landingOf(flight), flight.stall);
    }
  }

  /**
   * Fails everything in flight to a peer, or to all when null; what is submitted from now on, also
   * by those that hear of a failure, is left alone.
   */
  final void failAll(Peer peer, ErrorCode code, String detail) {
    long newest;
    synchronized (lock) {
      newest = flights.newestTicket();
      flights.stopRunning(peer, code);
    }
    while (true) {
      Slice slice;
      boolean landing;
      synchronized (lock) {
        Flight flight = flights.anyAtRest(peer, newest);
        if (flight == null) {
          return;
        }
        landing = flight.opcode == OpCode.WRITE && flight.copied > 0;
        slice = retire(flight);
      }
      slice.fail(code, landing, detail);
    }
  }

  @Override
  public final void release(Peer peer) {
    forget(peer);
    failAll(peer, ErrorCode.LINK_BROKEN, "the engine let go of " + peer.name());
  }

  @Override
  public final void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      lock.notifyAll();
    }
    failAll(null, ErrorCode.CLOSED, name + " was closed");
    try {
      if (Thread.currentThread() != thread) {
        thread.join(JOIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stopServing();
  }
}
