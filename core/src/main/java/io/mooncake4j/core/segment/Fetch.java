package io.mooncake4j.core.segment;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.util.concurrent.CountDownLatch;

/** One fetch of a segment's descriptor, made by one thread and awaited by others. */
final class Fetch {
  private final long beganNanos = System.nanoTime();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile MooncakeException failure;

  long beganNanos() {
    return beganNanos;
  }

  /** Says how it ended; null for well. */
  void end(MooncakeException why) {
    failure = why;
    ended.countDown();
  }

  /** Waits for the end, which comes by the deadlines of the fetching thread. */
  void await() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(
          ErrorCode.CANCELED, "interrupted while waiting for a descriptor", e);
    }
  }

  /** Whether its result is good for a caller who wants one not older than a moment. */
  boolean serves(long sinceNanos) {
    // The interruption of the fetching thread is no answer for others.
    return beganNanos - sinceNanos >= 0
        && (failure == null || failure.code() != ErrorCode.CANCELED);
  }

  /** Fails like the fetch, if it failed. */
  void requireSuccess() {
    MooncakeException why = failure;
    if (why != null) {
      throw new MooncakeException(why.code(), why.getMessage(), why);
    }
  }
}
