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

  private long lastNanos;

  /** 0 before the first publication. */
  private long gapNanos;

  /** Returns how long the next publication should wait. */
  synchronized long delayNanos(long now) {
    return gapNanos == 0 ? 0 : Math.max(0, gapNanos - (now - lastNanos));
  }

  /** Notes a publication that has just been made. */
  synchronized void made(long now) {
    boolean afterQuiet = gapNanos == 0 || now - lastNanos > 4 * gapNanos;
    gapNanos = afterQuiet ? SHORTEST_NANOS : Math.min(2 * gapNanos, LONGEST_NANOS);
    lastNanos = now;
  }
}
