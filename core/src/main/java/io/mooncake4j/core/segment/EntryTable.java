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

  /**
   * Sorts entries.
   *
   * @param entries in any order
   */
  public EntryTable(List<RemoteEntry> entries) {
    sorted = entries.toArray(new RemoteEntry[0]);
    Arrays.sort(sorted, (left, right) -> Long.compareUnsigned(left.address(), right.address()));
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
    // Entries may nest (whole allocations published for their parts), so look further down.
    for (int i = low - 1; i >= 0 && i >= low - 4; i--) {
      if (sorted[i].covers(address, 1)) {
        return sorted[i];
      }
    }
    return null;
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
   * Returns the entries.
   *
   * @return sorted by address
   */
  public List<RemoteEntry> entries() {
    return List.of(sorted);
  }
}
