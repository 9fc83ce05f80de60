package io.mooncake4j.plugins.tcp;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting for threads; an interrupt ends a wait. */
final class Threads {
  private Threads() {}

  /** Waits for a thread, which may not have been started; an interrupt ends the wait. */
  static void join(Thread thread, long nanos) {
    try {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for what another thread does; false when it is not done in time. */
  static boolean await(CountDownLatch done, long nanos) {
    try {
      return done.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
