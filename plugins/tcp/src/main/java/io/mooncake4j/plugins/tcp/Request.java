package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What goes over the wire as one request: a slice, or several that follow each other in one remote
 * entry. A place on one connection that is used again and again.
 *
 * <p>The sender fills it in under the link's lock and hands it over with the state; who moves the
 * state on by compare-and-set is the one that completes the slices. A slice that is completed ahead
 * of the answer leaves a hole.
 */
final class Request {
  /** Most slices in one request. */
  static final int MOST_SLICES = 512;

  /** No slices, or completed ones, and the answer has been dealt with. */
  static final int FREE = 0;

  /** Its bytes are being written. */
  static final int SENDING = 1;

  /** All its bytes are with the kernel; the answer is to come. */
  static final int SENT = 2;

  /** A write whose acknowledgement has overtaken the end of our system call. */
  static final int ANSWERED = 3;

  /** Claimed by the receiver: a read whose payload moves, or a write about to complete. */
  static final int RECEIVING = 4;

  /** A slice is being taken out, which takes a moment; then the former state comes back. */
  private static final int HELD = 5;

  private final AtomicInteger state = new AtomicInteger(FREE);

  private Slice[] slices = new Slice[1];

  /** Where each slice ends, counted from the first byte of the request. */
  private long[] ends = new long[1];

  private int count;
  private boolean separate;
  private boolean read;
  private RemoteEntry entry;
  private long remoteAddress;
  private long length;
  private long startAt;
  private long payloadAt;
  private long endAt;
  private long sentAt;
  private Set<Slice> timedOut = Set.of();

  /** Takes the first slice in. Under the link's lock, as all of the filling. */
  void begin(Slice first, boolean alone, long now) {
    count = 0;
    separate = alone;
    read = first.opcode() == OpCode.READ;
    entry = first.entry();
    remoteAddress = first.remoteAddress();
    length = 0;
    startAt = Long.MAX_VALUE;
    payloadAt = Long.MAX_VALUE;
    endAt = Long.MAX_VALUE;
    sentAt = now;
    timedOut = Set.of();
    add(first);
  }

  /** Whether a slice can be added without making the request longer than the limit. */
  boolean isFollowedBy(Slice next, long limit) {
    return count < MOST_SLICES
        && next.remoteAddress() == remoteAddress + length
        && length + next.length() <= limit
        && (next.opcode() == OpCode.READ) == read
        // A server rejects what is not inside one entry.
        && entry.covers(next.remoteAddress(), next.length());
  }

  void add(Slice next) {
    if (count == slices.length) {
      slices = Arrays.copyOf(slices, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    length += next.length();
    slices[count] = next;
    ends[count] = length;
    count++;
  }

  /** It is filled in and about to be sent. */
  void ready() {
    state.set(SENDING);
  }

  int state() {
    return state.get();
  }

  boolean move(int from, int to) {
    while (!state.compareAndSet(from, to)) {
      if (state.get() != HELD) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  /** Lets go of the slices; by whoever has claimed it. */
  void free() {
    Arrays.fill(slices, 0, count, null);
    entry = null;
    state.set(FREE);
  }

  /**
   * Takes out a slice so that it can be completed ahead of the answer, if nobody uses its memory.
   * Under the link's lock.
   *
   * @return false when somebody does, or when somebody else completes it
   */
  boolean drop(Slice slice) {
    int before = SENT;
    if (!move(SENT, HELD)) {
      before = SENDING;
      if (!read || !move(SENDING, HELD)) {
        // The sender may have moved it from the one state to the other in between.
        before = SENT;
        if (!move(SENT, HELD)) {
          return false;
        }
      }
    }
    int index = indexOf(slice);
    if (index >= 0) {
      slices[index] = null;
    }
    state.set(before);
    return index >= 0;
  }

  /** Whether a thread or the kernel may be using the slices' memory for an unknown time. */
  boolean isOccupied() {
    int now = state.get();
    return now == ANSWERED || (read ? now == RECEIVING : now == SENDING);
  }

  /** Where a slice is, or -1. */
  int indexOf(Slice slice) {
    for (int i = 0; i < count; i++) {
      if (slices[i] == slice) {
        return i;
      }
    }
    return -1;
  }

  /** How many slices have been filled in, those dropped among them. */
  int count() {
    return count;
  }

  /** Whether its slice was to have it for itself. */
  boolean isSeparate() {
    return separate;
  }

  /** A slice, or null when it has been completed. */
  Slice slice(int index) {
    return slices[index];
  }

  /** Where a slice begins, counted from the first byte of the request. */
  long beginOf(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  /** Where a slice ends, counted from the first byte of the request. */
  long endOf(int index) {
    return ends[index];
  }

  boolean isRead() {
    return read;
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

  /** The sender is about to append the payload at this place of its stream. */
  void appendsPayloadAt(long position) {
    payloadAt = position;
  }

  /** The sender has appended it up to this place of its stream. */
  void appendedTo(long position) {
    endAt = position;
  }

  /** Whether the kernel has taken none of its bytes. */
  boolean isUntouched(long written) {
    return startAt >= written;
  }

  /** Whether nothing that the kernel has taken can change a slice's remote memory. */
  boolean isUntouched(int index, long written) {
    boolean first = index == 0;
    return isUntouched(written) || (!read && !first && payloadAt + beginOf(index) >= written);
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

  /** The engine wants a slice completed and the connection is broken for that. Under the lock. */
  void timeOut(Slice slice) {
    if (timedOut.isEmpty()) {
      timedOut = Collections.newSetFromMap(new IdentityHashMap<>());
    }
    timedOut.add(slice);
  }

  /** Whether the connection was broken for this slice; under the link's lock. */
  boolean isTimedOut(Slice slice) {
    return timedOut.contains(slice);
  }
}
