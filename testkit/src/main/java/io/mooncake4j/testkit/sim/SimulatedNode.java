package io.mooncake4j.testkit.sim;

import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The serving side of a simulated transport: which regions peers may touch, and who does. Safe from
 * any thread; entering and leaving a region allocate nothing.
 */
final class SimulatedNode {
  /** How long a copy that runs may take to end: far longer than any does. */
  private static final long COPY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A served region and those who are in it. */
  static final class Served {
    private final LocalRegion region;
    private final List<Resting> resting = new ArrayList<>();
    private int users;

    Served(LocalRegion region) {
      this.region = region;
    }

    LocalRegion region() {
      return region;
    }
  }

  /** A peer's flight that is stalled inside a region. */
  private record Resting(FlightPark park, Flight flight, long ticket) {}

  private final SimulatedNetwork network;
  private final TransportContext context;
  private final String id;
  private final String handlePrefix;
  private final List<Served> served = new ArrayList<>();
  private final List<Served> leaving = new ArrayList<>();
  private boolean open = true;
  private long epoch = 1;

  SimulatedNode(SimulatedNetwork network, TransportContext context) {
    this.network = network;
    this.context = context;
    this.id = network.nextNodeId();
    this.handlePrefix = id + "#";
    network.join(this);
  }

  String id() {
    return id;
  }

  /** What every handle of this node begins with. */
  String handlePrefix() {
    return handlePrefix;
  }

  String segmentName() {
    return context.segmentName();
  }

  synchronized boolean isOpen() {
    return open;
  }

  /** Grows whenever the handles are made anew. */
  synchronized long epoch() {
    return epoch;
  }

  void renew() {
    synchronized (this) {
      epoch++;
    }
    context.publish();
  }

  synchronized void serve(LocalRegion region) {
    served.add(new Served(region));
  }

  synchronized void withdraw(LocalRegion region) {
    for (int i = served.size() - 1; i >= 0; i--) {
      if (served.get(i).region.id() == region.id()) {
        leaving.add(served.remove(i));
      }
    }
  }

  /** Lets a peer into the region that holds a range, or returns null when none does. */
  synchronized Served enter(long address, long length) {
    LocalRegion region = open ? context.regions().acquire(address, length) : null;
    if (region == null) {
      return null;
    }
    for (int i = 0; i < served.size(); i++) {
      Served candidate = served.get(i);
      if (candidate.region.id() == region.id()) {
        candidate.users++;
        return candidate;
      }
    }
    region.release();
    return null;
  }

  synchronized void leave(Served left) {
    left.users--;
    left.region.release();
    notifyAll();
  }

  synchronized void rest(Served in, FlightPark park, Flight flight, long ticket) {
    in.resting.add(new Resting(park, flight, ticket));
  }

  synchronized void wake(Served in, Flight flight) {
    in.resting.removeIf(rest -> rest.flight == flight);
  }

  Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    if (awaitEmpty(regions, deadlineNanos)) {
      return Quiescence.QUIET;
    }
    breakResting(regions);
    boolean quiet = awaitEmpty(regions, context.nanoTime() + COPY_NANOS);
    return quiet ? Quiescence.QUIET : Quiescence.BUSY;
  }

  private synchronized boolean awaitEmpty(List<LocalRegion> regions, long deadlineNanos) {
    while (leaving.stream().anyMatch(one -> one.users > 0 && concerns(regions, one))) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - context.nanoTime());
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    leaving.removeIf(one -> concerns(regions, one));
    return true;
  }

  private static boolean concerns(List<LocalRegion> regions, Served one) {
    return regions.stream().anyMatch(region -> region.id() == one.region.id());
  }

  private void breakResting(List<LocalRegion> regions) {
    List<Resting> broken = new ArrayList<>();
    synchronized (this) {
      for (Served one : leaving) {
        if (concerns(regions, one)) {
          broken.addAll(one.resting);
          one.resting.clear();
        }
      }
    }
    // Outside the lock: the flight's transport has one of its own and comes back to leave.
    broken.forEach(
        rest ->
            rest.park.breakLink(
                rest.flight, rest.ticket, segmentName() + " has withdrawn the region"));
  }

  /** Serves nobody any more and waits until running copies have ended. */
  void close() {
    List<LocalRegion> regions = new ArrayList<>();
    synchronized (this) {
      open = false;
      leaving.addAll(served);
      served.clear();
      leaving.forEach(one -> regions.add(one.region));
    }
    network.leave(this);
    quiesce(regions, context.nanoTime());
  }

  @Override
  public String toString() {
    return "node " + id + " of " + segmentName();
  }
}
