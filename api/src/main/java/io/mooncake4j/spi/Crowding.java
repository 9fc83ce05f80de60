package io.mooncake4j.spi;

import java.util.concurrent.TimeUnit;

/**
 * Whether so many threads want the processors that nobody should look before sleeping ({@link
 * BusyPoll}).
 *
 * <p>A thread that yields forfeits the rest of its time slice, and Linux makes it wait for as long
 * as the others take to use up theirs: beside 100 busy threads on two processors, threads that
 * yielded were seen to wait for 400 to 700 ms while what they looked for was there. A thread that
 * sleeps instead is woken in its turn. So after a yield that took long the whole process does not
 * look for a while, and for longer each time if that turns out to be the rule.
 *
 * <p>Safe from any thread.
 */
final class Crowding {
  /**
   * A yield of this length has let several others run. One that computes (a compiler of the JVM's)
   * keeps the processor for a time slice of 1 to 3 ms, and is no reason to stop looking.
   */
  static final long LONG_YIELD_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private static final long SHORTEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Who finds it crowded within so many times the last rest after its end finds it still so. */
  private static final int STILL = 4;

  private final long longYieldNanos;
  private volatile long restsUntil;
  private long restNanos = SHORTEST_REST_NANOS;

  /**
   * Begins where nothing is known.
   *
   * @param longYieldNanos from when on a yield tells that it is crowded
   * @param now the time
   */
  Crowding(long longYieldNanos, long now) {
    this.longYieldNanos = longYieldNanos;
    restsUntil = now - STILL * SHORTEST_REST_NANOS;
  }

  /** Whether nobody should look just now. */
  boolean isRestingAt(long now) {
    return now - restsUntil < 0;
  }

  /** Takes note of how long a yield took. */
  void yielded(long before, long now) {
    if (now - before >= longYieldNanos) {
      rest(before, now);
    }
  }

  private synchronized void rest(long before, long now) {
    if (before - restsUntil < 0) {
      // It began before the last rest was over: what it tells is known.
      return;
    }
    long since = now - restsUntil;
    restNanos =
        since < STILL * restNanos
            ? Math.min(2 * restNanos, LONGEST_REST_NANOS)
            : SHORTEST_REST_NANOS;
    restsUntil = now + restNanos;
  }
}
