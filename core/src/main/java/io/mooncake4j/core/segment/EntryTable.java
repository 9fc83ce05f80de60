package io.mooncake4j.core.segment;

import io.mooncake4j.spi.RemoteEntry;
import java.util.Arrays;
import java.util.List;

/**
 * A peer's entries for one transport, sorted by address. Immutable; look-ups take logarithmic time
 * and allocate nothing.
 */
public final class EntryTable {
  private final RemoteEntry[] sorted;

  /** At each place, the entry up to that place that reaches furthest: entries may nest. */
  private final RemoteEntry[] furthest;

  /**
   * Sorts entries.
   *
   * @param entries in any order
   */
  public EntryTable(List<RemoteEntry> entries) {
    sorted = entries.toArray(new RemoteEntry[0]);
    Arrays.sort(sorted, (left, right) -> Long.compareUnsigned(left.address(), right.address()));
    furthest = new RemoteEntry[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      boolean further = i == 0 || Long.compareUnsigned(last(sorted[i]), last(furthest[i - 1])) > 0;
      furthest[i] = further ? sorted[i] : furthest[i - 1];
    }
  }

  private static long last(RemoteEntry entry) {
    return entry.address() + (entry.length() - 1);
  }

  /**
   * Finds the entry in which an address lies.
   *
   * @param address unsigned
   * @return the entry, or null
   */
  public RemoteEntry at(long address) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(sorted[middle].address(), address) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == 0) {
      return null;
    }
    RemoteEntry nearest = sorted[low - 1];
    if (nearest.covers(address, 1)) {
      return nearest;
    }
    // Whole allocations are published for their parts, so an earlier one may reach this far.
    return furthest[low - 1].covers(address, 1) ? furthest[low - 1] : null;
  }

  /**
   * Says whether entries cover a range without a gap.
   *
   * @param address the first byte; unsigned
   * @param length bytes, at least 1
   * @return whether every byte lies in an entry
   */
  public boolean covers(long address, long length) {
    long at = address;
    long left = length;
    while (left > 0) {
      RemoteEntry entry = at(at);
      if (entry == null) {
        return false;
      }
      long inEntry = entry.length() - (at - entry.address());
      at += inEntry;
      left -= inEntry;
    }
    return true;
  }

  /**
   * Says whether slices of an alignment can be cut of a range: whether it goes on from one entry to
   * the next at multiples of the alignment only.
   *
   * @param address the first byte; unsigned
   * @param length bytes, which entries cover
   * @param alignment bytes
   * @return whether no slice would begin or end between multiples inside the range
   */
  public boolean isCutAtMultiples(long address, long length, int alignment) {
    long left = length;
    long at = address;
    while (true) {
      RemoteEntry entry = at(at);
      long inEntry = entry.length() - (at - entry.address());
      if (inEntry >= left) {
        return true;
      }
      at += inEntry;
      left -= inEntry;
      if (Long.remainderUnsigned(at, alignment) != 0) {
        return false;
      }
    }
  }

  /**
   * Returns the entries.
   *
   * @return sorted by address
   */
  public List<RemoteEntry> entries() {
    return List.of(sorted);
  }
}
