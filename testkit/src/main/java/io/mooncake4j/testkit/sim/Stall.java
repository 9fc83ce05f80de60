package io.mooncake4j.testkit.sim;

import io.mooncake4j.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds slices until it is released. Safe from any thread.
 *
 * <p>A stalled slice that is timed out completes at once and, if it is a read, never touches local
 * memory again. A stalled write that is timed out is on the wire: with {@link #landing} it says
 * that it may still land, and lands, with the bytes it was sent with, when the stall is released;
 * with {@link #dropping} it is gone and says so.
 */
public final class Stall implements AutoCloseable {
  private final boolean writesLand;
  private List<Parked> parked = new ArrayList<>();
  private int arrivals;
  private boolean released;

  /** A flight at rest; the ticket tells it from later uses of the same object. */
  private record Parked(FlightPark park, Flight flight, long ticket) {}

  private Stall(boolean writesLand) {
    this.writesLand = writesLand;
  }

  /**
   * Makes a stall whose timed out writes land when it is released.
   *
   * @return the stall
   */
  public static Stall landing() {
    return new Stall(true);
  }

  /**
   * Makes a stall whose timed out writes never land.
   *
   * @return the stall
   */
  public static Stall dropping() {
    return new Stall(false);
  }

  boolean writesLand() {
    return writesLand;
  }

  /** Takes a flight, unless the stall is released: then the flight just goes on. */
  synchronized boolean park(FlightPark park, Flight flight, long ticket) {
    arrivals++;
    if (!released) {
      parked.add(new Parked(park, flight, ticket));
    }
    return !released;
  }

  /**
   * Returns how many slices have come here so far.
   *
   * @return the count, also of those that were timed out since
   */
  public synchronized int arrivals() {
    return arrivals;
  }

  /**
   * Waits until slices have come here.
   *
   * @param count how many at least
   * @return this stall
   */
  public Stall awaitArrivals(int count) {
    Await.until(
        () -> arrivals() >= count,
        Duration.ofSeconds(20),
        () -> count + " stalled slices; there are " + arrivals());
    return this;
  }

  /** Lets all go on, now and later. Releasing twice does nothing. */
  public void release() {
    List<Parked> leaving;
    synchronized (this) {
      released = true;
      leaving = parked;
      parked = new ArrayList<>();
    }
    leaving.forEach(rest -> rest.park.resume(rest.flight, rest.ticket));
  }

  /** Releases it. */
  @Override
  public void close() {
    release();
  }
}
