package io.mooncake4j.plugins.tcp;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A set of region identifiers, which grow from region to region: adding and removing one costs no
 * copy of all, and looking one up makes no object.
 *
 * <p>{@link #contains} may be called by any thread at any time; who adds or removes takes turns.
 */
final class RegionIds {
  private static final int FIRST_PLACES = 16;

  /** What look-ups see: sorted identifiers, the removed ones inverted. */
  private record Sorted(AtomicLongArray places, int count) {
    /** Where an identifier is, removed or not; else where it belongs, inverted. */
    int find(long id) {
      int from = 0;
      int to = count;
      while (from < to) {
        int middle = (from + to) >>> 1;
        long there = places.get(middle);
        long value = there < 0 ? ~there : there;
        if (value == id) {
          return middle;
        }
        if (value < id) {
          from = middle + 1;
        } else {
          to = middle;
        }
      }
      return ~from;
    }
  }

  private volatile Sorted sorted = new Sorted(new AtomicLongArray(FIRST_PLACES), 0);
  private int removed;

  /** Whether it has been added and not removed since. */
  boolean contains(long id) {
    Sorted now = sorted;
    int at = now.find(id);
    return at >= 0 && now.places.get(at) == id;
  }

  /** Adds an identifier, which is not negative. */
  void add(long id) {
    Sorted now = sorted;
    int at = now.find(id);
    if (at >= 0) {
      removed -= now.places.getAndSet(at, id) == id ? 0 : 1;
    } else if (~at == now.count && now.count < now.places.length()) {
      // Look-ups do not see this place before they see the new count.
      now.places.set(now.count, id);
      sorted = new Sorted(now.places, now.count + 1);
    } else {
      sorted = copy(now, ~at, id);
    }
  }

  /** Removes an identifier if it is there. */
  void remove(long id) {
    Sorted now = sorted;
    int at = now.find(id);
    if (at >= 0 && now.places.compareAndSet(at, id, ~id)) {
      removed++;
      if (removed > now.count / 2) {
        sorted = copy(now, -1, 0);
      }
    }
  }

  /** Leaves out what is removed, puts an identifier before a place, and makes room for more. */
  private Sorted copy(Sorted old, int before, long id) {
    int left = old.count - removed + 1;
    AtomicLongArray places = new AtomicLongArray(Math.max(FIRST_PLACES, 2 * left));
    int count = 0;
    for (int i = 0; i <= old.count; i++) {
      if (i == before) {
        places.set(count++, id);
      }
      if (i < old.count && old.places.get(i) >= 0) {
        places.set(count++, old.places.get(i));
      }
    }
    removed = 0;
    return new Sorted(places, count);
  }
}
