package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Slice;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A slice on the wire of one connection: a place that is used again and again.
 *
 * <p>The sender fills it in under the link's lock and hands it over with the state; who moves the
 * state on by compare-and-set is the one that completes the slice.
 */
final class Request {
  /** No slice, or one that is completed and whose answer has been dealt with. */
  static final int FREE = 0;

  /** Its bytes are being written. */
  static final int SENDING = 1;

  /** All its bytes are with the kernel; the answer is to come. */
  static final int SENT = 2;

  /** A write whose acknowledgement has overtaken the end of our system call. */
  static final int ANSWERED = 3;

  /** Claimed by the receiver: a read whose payload moves, or a write about to complete. */
  static final int RECEIVING = 4;

  /** Its slice is completed, its answer is to come and to be thrown away. */
  static final int ABANDONED = 5;

  private final AtomicInteger state = new AtomicInteger(FREE);

  private Slice slice;
  private LocalRegion region;
  private boolean read;
  private long localOffset;
  private long remoteAddress;
  private long length;
  private long startAt;
  private long endAt;
  private long sentAt;
  private volatile boolean timedOut;

  /** Takes a slice in. Under the link's lock. */
  void fill(Slice newSlice, long now) {
    slice = newSlice;
    region = newSlice.region();
    read = newSlice.opcode() == OpCode.READ;
    localOffset = newSlice.localOffset();
    remoteAddress = newSlice.remoteAddress();
    length = newSlice.length();
    startAt = Long.MAX_VALUE;
    endAt = Long.MAX_VALUE;
    sentAt = now;
    timedOut = false;
    state.set(SENDING);
  }

  int state() {
    return state.get();
  }

  boolean move(int from, int to) {
    return state.compareAndSet(from, to);
  }

  /** Lets go of the slice; by whoever has claimed it. */
  void free() {
    slice = null;
    region = null;
    state.set(FREE);
  }

  /**
   * Detaches the slice so that it can be completed ahead of the answer, if nobody uses its memory.
   *
   * @return false when somebody does, or when somebody else completes it
   */
  boolean abandon() {
    boolean abandoned = move(SENT, ABANDONED) || (read && move(SENDING, ABANDONED));
    if (abandoned) {
      slice = null;
    }
    return abandoned;
  }

  /** Whether a thread or the kernel may be using the slice's memory for an unknown time. */
  boolean isOccupied() {
    int now = state.get();
    return now == ANSWERED || (read ? now == RECEIVING : now == SENDING);
  }

  Slice slice() {
    return slice;
  }

  LocalRegion region() {
    return region;
  }

  boolean isRead() {
    return read;
  }

  long localOffset() {
    return localOffset;
  }

  long remoteAddress() {
    return remoteAddress;
  }

  long length() {
    return length;
  }

  /** The sender is about to append it at this place of its stream. */
  void appendsAt(long position) {
    startAt = position;
  }

  /** The sender has appended it up to this place of its stream. */
  void appendedTo(long position) {
    endAt = position;
  }

  /** Whether the kernel has taken none of its bytes. */
  boolean isUntouched(long written) {
    return startAt >= written;
  }

  /** Whether the kernel has taken all of its bytes. */
  boolean isWritten(long written) {
    return endAt <= written;
  }

  void sentAt(long nanos) {
    sentAt = nanos;
  }

  long sentAt() {
    return sentAt;
  }

  /** The engine wants it completed and the connection is broken for that. */
  void timeOut() {
    timedOut = true;
  }

  boolean isTimedOut() {
    return timedOut;
  }
}
