package io.mooncake4j.core.segment;

import java.util.concurrent.TimeUnit;

/**
 * How soon one publication may follow another: at once after a quiet time, and ever later while
 * changes keep coming, so that ten thousand of them in a row make a dozen publications. Safe from
 * any thread. Times are on the scale of {@link System#nanoTime()}.
 */
final class Pace {
  static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A shorter silence may be a busy machine's: whoever makes the changes did not get a CPU. */
  static final long SHORTEST_QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private long lastNanos;

  /** 0 before the first publication, and when the next is asked for after a quiet time. */
  private long gapNanos;

  /**
   * Returns how long the publication should wait that is asked for now. The time of asking decides
   * whether it was quiet before: the time of publishing may be late because it takes long.
   */
  synchronized long askedAt(long now) {
    long elapsed = now - lastNanos;
    if (elapsed > Math.max(4 * gapNanos, SHORTEST_QUIET_NANOS)) {
      gapNanos = 0;
    }
    return gapNanos == 0 ? 0 : Math.max(0, gapNanos - elapsed);
  }

  /** Notes a publication that has just been made. */
  synchronized void made(long now) {
    gapNanos = gapNanos == 0 ? SHORTEST_NANOS : Math.min(2 * gapNanos, LONGEST_NANOS);
    lastNanos = now;
  }
}
