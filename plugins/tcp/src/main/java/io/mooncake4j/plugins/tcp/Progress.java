package io.mooncake4j.plugins.tcp;

import java.util.function.LongSupplier;

/**
 * When who sends or receives last got on, for the watch to see.
 *
 * <p>Written by the thread whose turn it is, read by any other.
 */
final class Progress {
  private final LongSupplier clock;
  private volatile long since;
  private volatile boolean waiting;

  Progress(LongSupplier clock) {
    this.clock = clock;
  }

  /** Something is under way, if it was not already: bytes are expected to move. */
  void begin() {
    if (!waiting) {
      since = clock.getAsLong();
      waiting = true;
    }
  }

  /** Bytes have moved. */
  void moved() {
    since = clock.getAsLong();
  }

  /** Nothing is under way; silence is all right. */
  void end() {
    waiting = false;
  }

  boolean isStalled(long now, long limitNanos) {
    return waiting && now - since > limitNanos;
  }
}
