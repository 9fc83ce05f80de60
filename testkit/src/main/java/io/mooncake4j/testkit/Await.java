package io.mooncake4j.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Waits for conditions, never longer than a limit.
 *
 * <p>Safe from any thread. A wait that reaches its limit fails the test with an {@link
 * AssertionError} that says what was awaited.
 */
public final class Await {
  /** Long enough for anything that works, on a busy machine. */
  public static final Duration LIMIT = Duration.ofSeconds(20);

  private static final long PAUSE_NANOS = 500_000;

  private Await() {}

  /**
   * Waits until a condition holds.
   *
   * @param condition asked again and again; what it throws fails the wait at once
   * @param limit how long at most
   * @param description what is awaited, for the error
   */
  public static void until(Callable<Boolean> condition, Duration limit, String description) {
    until(condition, limit, () -> description);
  }

  /**
   * Waits until a condition holds.
   *
   * @param condition asked again and again; what it throws fails the wait at once
   * @param limit how long at most
   * @param description asked only when the limit is reached, so that it can show the last state
   */
  public static void until(
      Callable<Boolean> condition, Duration limit, Supplier<String> description) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError(
            "waited " + limit.toMillis() + " ms in vain: " + description.get());
      }
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting: " + description.get());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /**
   * Waits until a condition holds, up to {@link #LIMIT}.
   *
   * @param condition asked again and again
   * @param description what is awaited
   */
  public static void until(Callable<Boolean> condition, String description) {
    until(condition, LIMIT, description);
  }

  /**
   * Waits until a condition holds, up to {@link #LIMIT}.
   *
   * @param condition asked again and again
   * @param description asked only when the limit is reached
   */
  public static void until(Callable<Boolean> condition, Supplier<String> description) {
    until(condition, LIMIT, description);
  }

  /**
   * Watches that a condition goes on holding: the way to show that something does not happen.
   *
   * @param condition asked again and again
   * @param span how long
   * @param description what is to hold, for the error
   */
  public static void holdsFor(Callable<Boolean> condition, Duration span, String description) {
    long end = System.nanoTime() + span.toNanos();
    do {
      if (!holds(condition)) {
        throw new AssertionError("no longer so: " + description);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    } while (System.nanoTime() - end < 0);
  }

  private static boolean holds(Callable<Boolean> condition) {
    try {
      return condition.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("the awaited condition failed: " + e, e);
    }
  }
}
