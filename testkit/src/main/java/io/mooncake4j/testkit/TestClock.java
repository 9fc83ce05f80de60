package io.mooncake4j.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock that runs with the system's and can be put forward. Timers of the harness's executor do
 * not follow it. Safe from any thread.
 */
public final class TestClock implements LongSupplier {
  private final AtomicLong ahead = new AtomicLong();

  /** Makes a clock that agrees with {@link System#nanoTime()}. */
  public TestClock() {}

  /**
   * Puts the clock forward.
   *
   * @param span how far
   */
  public void advance(Duration span) {
    ahead.addAndGet(span.toNanos());
  }

  @Override
  public long getAsLong() {
    return System.nanoTime() + ahead.get();
  }
}
