package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Slice;

/**
 * Walks through the local memory of a request, run by run: neighbouring slices whose memory is
 * contiguous are one run, and so are neighbouring holes. For the thread that has claimed the
 * request.
 */
final class LocalCursor {
  private Request request;
  private int next;
  private LocalRegion region;
  private long offset;
  private long left;

  /** Begins with a request's first run. */
  void begin(Request of) {
    request = of;
    next = 0;
    nextRun();
  }

  /** Begins with bytes that nobody wants. */
  void beginNowhere(long bytes) {
    request = null;
    region = null;
    left = bytes;
  }

  /** Lets go of the request. */
  void end() {
    request = null;
    region = null;
    left = 0;
  }

  /** Whether nothing is left. */
  boolean isAtEnd() {
    return left == 0;
  }

  /** The memory of the run; null for a hole. */
  LocalRegion region() {
    return region;
  }

  /** Where the rest of the run begins in the region. */
  long offset() {
    return offset;
  }

  /** How long the rest of the run is. */
  long left() {
    return left;
  }

  /** Moves on by at most the rest of the run; then the next run begins. */
  void advance(long bytes) {
    offset += bytes;
    left -= bytes;
    if (left == 0) {
      nextRun();
    }
  }

  /** Takes another cursor's place. */
  void copy(LocalCursor other) {
    request = other.request;
    next = other.next;
    region = other.region;
    offset = other.offset;
    left = other.left;
  }

  private void nextRun() {
    region = null;
    left = 0;
    if (request == null || next == request.count()) {
      return;
    }
    Slice first = request.slice(next);
    long begin = request.beginOf(next);
    if (first != null) {
      region = first.region();
      offset = first.localOffset();
    }
    do {
      left = request.endOf(next) - begin;
      next++;
    } while (next < request.count() && continues(request.slice(next)));
  }

  private boolean continues(Slice slice) {
    if (slice == null || region == null) {
      return slice == null && region == null;
    }
    return slice.region() == region && slice.localOffset() == offset + left;
  }
}
