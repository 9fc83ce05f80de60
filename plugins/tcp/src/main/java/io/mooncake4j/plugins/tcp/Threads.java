package io.mooncake4j.plugins.tcp;

import java.util.concurrent.TimeUnit;

/** Waiting for threads to end. */
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
}
