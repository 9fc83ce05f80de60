package io.mooncake4j.core.handshake;

import java.util.concurrent.atomic.LongAdder;

/** What a handshake server has counted. Safe from any thread. */
public final class HandshakeCounts {
  private final LongAdder accepted = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder connected = new LongAdder();

  HandshakeCounts() {}

  /**
   * Returns how many clients were let in.
   *
   * @return clients so far
   */
  public long accepted() {
    return accepted.sum();
  }

  /**
   * Returns how many clients were sent away, at once or later, to keep to the limits.
   *
   * @return clients so far
   */
  public long rejected() {
    return rejected.sum();
  }

  /**
   * Returns how many clients were sent a whole reply.
   *
   * @return clients so far
   */
  public long answered() {
    return answered.sum();
  }

  /**
   * Returns how many clients got no reply: they sent no valid request, were too slow, went away, or
   * asked what could not be answered.
   *
   * @return clients so far
   */
  public long failed() {
    return failed.sum();
  }

  /**
   * Returns how many clients are connected.
   *
   * @return clients now
   */
  public long connected() {
    return connected.sum();
  }

  void accept() {
    accepted.increment();
    connected.increment();
  }

  void turnAway() {
    rejected.increment();
  }

  void end(HandshakeServer.Ending ending) {
    connected.decrement();
    switch (ending) {
      case ANSWERED -> answered.increment();
      case FAILED -> failed.increment();
      case CROWDED_OUT -> rejected.increment();
    }
  }
}
