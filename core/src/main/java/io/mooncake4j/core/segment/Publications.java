package io.mooncake4j.core.segment;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Counts the publications that were asked for and those that were made, of which one serves all
 * that were asked for before. Safe from any thread.
 */
final class Publications {
  private static final Duration LONGEST = Duration.ofDays(365);

  private final String name;
  private long asked;
  private long made;
  private boolean closed;

  Publications(String name) {
    this.name = name;
  }

  synchronized void ask() {
    asked++;
  }

  synchronized long asked() {
    return asked;
  }

  /** Whether something was asked for that was not made yet. */
  synchronized boolean isDue() {
    return made < asked;
  }

  /** Says that everything has been published that was asked for up to a count. */
  synchronized void made(long upTo) {
    made = Math.max(made, upTo);
    notifyAll();
  }

  /** Ends all waiting. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /**
   * Waits until all that was asked for so far is made.
   *
   * @param limit how long at most
   * @param why asked at the limit: what stands in the way, or an empty text
   */
  synchronized void await(Duration limit, Supplier<String> why) {
    long nanos = (limit.compareTo(LONGEST) < 0 ? limit : LONGEST).toNanos();
    long deadline = System.nanoTime() + nanos;
    long wanted = asked;
    try {
      while (made < wanted && !closed) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          String obstacle = why.get();
          throw new MooncakeException(
              ErrorCode.TIMEOUT,
              "the metadata store has not taken the record of "
                  + name
                  + (obstacle.isEmpty() ? "" : ": " + obstacle)
                  + "; it is still tried");
        }
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(ErrorCode.CANCELED, "interrupted while waiting to publish", e);
    }
    if (closed) {
      throw new MooncakeException(ErrorCode.CLOSED, "engine " + name + " is closed");
    }
  }
}
