package io.mooncake4j.core.engine;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.metrics.RequestMetrics;

/**
 * Counts a batch's requests that complete while they are being submitted, in the submitting thread.
 * What is due for each of them is done for all at once, at the end of the submission: before that
 * the application cannot look anyway, and for short requests it costs as much as moving them.
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

  /**
   * Does what is due.
   *
   * @param sinceNanos when the requests were submitted
   * @return how many they were
   */
  int settle(long sinceNanos) {
    int settled = requests;
    if (settled > 0) {
      requests = 0;
      countBytes();
      metrics.completed(settled, sinceNanos);
      release();
      region = null;
    }
    return settled;
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
