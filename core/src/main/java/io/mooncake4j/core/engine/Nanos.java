package io.mooncake4j.core.engine;

import java.time.Duration;

/** Durations as nanoseconds that can be added to {@link System#nanoTime()} without overflow. */
final class Nanos {
  private static final Duration LONGEST = Duration.ofDays(365 * 100);

  private Nanos() {}

  /** Returns the nanoseconds of a duration, at least 0 and at most a century. */
  static long of(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
  }
}
