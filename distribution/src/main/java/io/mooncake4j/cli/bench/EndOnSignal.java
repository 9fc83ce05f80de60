package io.mooncake4j.cli.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end in order when the process is told to end by SIGINT or SIGTERM. The JVM then still
 * exits with 130 or 143.
 *
 * <p>Everything between making this and closing it is given some time to come to its end.
 */
final class EndOnSignal implements AutoCloseable {
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  /**
   * Begins to wait for signals.
   *
   * @param told runs on a thread of its own when a signal came
   * @param patience how long the work may take to end
   * @param late runs when it took longer, just before the process ends
   */
  EndOnSignal(Runnable told, Duration patience, Runnable late) {
    hook =
        new Thread(
            () -> {
              told.run();
              if (!endsWithin(patience)) {
                late.run();
              }
            },
            "bench-end-on-signal");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private boolean endsWithin(Duration patience) {
    try {
      return done.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, which is what the hook is for.
    }
  }
}
