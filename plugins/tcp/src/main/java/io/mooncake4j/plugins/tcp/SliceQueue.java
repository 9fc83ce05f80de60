package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.Slice;
import java.util.Arrays;

/**
 * Slices that wait for a connection, in order: a ring that grows to its bound and stays so.
 *
 * <p>Guarded by its link. A slice removed from the middle leaves a hole, so that a removal moves
 * nothing.
 */
final class SliceQueue {
  private static final int INITIAL = 256;

  private final int bound;
  private Slice[] ring = new Slice[INITIAL];
  private int head;
  private int span;
  private int size;

  SliceQueue(int bound) {
    this.bound = bound;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Adds a slice at the end; false when the queue is full. */
  boolean add(Slice slice) {
    if (size >= bound) {
      return false;
    }
    makeRoom();
    ring[place(span)] = slice;
    span++;
    size++;
    return true;
  }

  /** Puts a slice back in front of all others, also beyond the bound. */
  void addFirst(Slice slice) {
    makeRoom();
    head = place(ring.length - 1);
    ring[head] = slice;
    span++;
    size++;
  }

  /** The first slice, which stays; null when there is none. */
  Slice peek() {
    return size == 0 ? null : ring[head];
  }

  /** Takes the first slice; null when there is none. */
  Slice poll() {
    if (size == 0) {
      return null;
    }
    Slice slice = ring[head];
    ring[head] = null;
    head = place(1);
    span--;
    size--;
    trim();
    return slice;
  }

  /** Takes out a slice wherever it is; false when it is not there. */
  boolean remove(Slice slice) {
    for (int i = 0; i < span; i++) {
      int at = place(i);
      if (ring[at] == slice) {
        ring[at] = null;
        size--;
        trim();
        return true;
      }
    }
    return false;
  }

  private int place(int offset) {
    int at = head + offset;
    return at >= ring.length ? at - ring.length : at;
  }

  /** Keeps holes from the front, so that the front is always a slice. */
  private void trim() {
    while (span > 0 && ring[head] == null) {
      head = place(1);
      span--;
    }
  }

  private void makeRoom() {
    if (span < ring.length) {
      return;
    }
    Slice[] larger = size > ring.length / 2 ? new Slice[ring.length * 2] : new Slice[ring.length];
    int kept = 0;
    for (int i = 0; i < span; i++) {
      Slice slice = ring[place(i)];
      if (slice != null) {
        larger[kept++] = slice;
      }
    }
    Arrays.fill(ring, null);
    ring = larger;
    head = 0;
    span = kept;
  }
}
