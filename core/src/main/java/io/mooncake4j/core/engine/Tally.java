package io.mooncake4j.core.engine;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.metrics.RequestMetrics;

/**
 * A batch's requests that complete while they are being submitted, in the submitting thread. What
 * is due for each of them (a region's hold to let go of, bytes and latency to count) is done for
 * all that go by one transport when that returns: for short requests it costs as much as moving
 * them. The batch is not final before.
 *
 * <p>For the submitting thread.
 */
final class Tally {
  private final RequestMetrics metrics;
  private OpCode opcode = OpCode.READ;
  private int transport;
  private long bytes;
  private Region region;
  private int holds;
  private int requests;

  Tally(RequestMetrics metrics) {
    this.metrics = metrics;
  }

  /** Takes note of a request, and of its hold of a region. */
  @SuppressWarnings("ReferenceEquality") // A region is equal to itself alone.
  void completed(OpCode direction, int via, long length, Region held) {
    if (direction != opcode || via != transport) {
      countBytes();
      opcode = direction;
      transport = via;
    }
    bytes += length;
    if (held != region) {
      release();
      region = held;
    }
    holds++;
    requests++;
  }

  /** How many requests there are to {@link #settle}. */
  int requests() {
    return requests;
  }

  /**
   * Does what is due.
   *
   * @param sinceNanos when the requests were submitted
   */
  void settle(long sinceNanos) {
    int settled = requests;
    requests = 0;
    release();
    region = null;
    countBytes();
    metrics.completed(settled, sinceNanos);
  }

  private void countBytes() {
    if (bytes > 0) {
      metrics.moved(opcode, transport, bytes);
      bytes = 0;
    }
  }

  private void release() {
    if (holds > 0) {
      region.release(holds);
      holds = 0;
    }
  }
}
