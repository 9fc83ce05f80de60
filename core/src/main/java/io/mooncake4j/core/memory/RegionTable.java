package io.mooncake4j.core.memory;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.RegionIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * The regions of one engine, by address: a sorted array that each change replaces, so that look-ups
 * from any thread take a binary search, no lock and no allocation.
 */
public final class RegionTable implements RegionIndex {
  private static final Comparator<Region> BY_ADDRESS =
      (left, right) -> Long.compareUnsigned(left.address(), right.address());

  private final Object changes = new Object();
  private volatile Region[] sorted = {};

  /**
   * Adds regions: all or none.
   *
   * @param added the regions
   * @throws MooncakeException with {@link ErrorCode#ADDRESS_OVERLAPPED} when one overlaps another
   */
  public void add(List<Region> added) {
    synchronized (changes) {
      if (added.size() == 1) {
        sorted = with(sorted, added.get(0));
        return;
      }
      Region[] next = Arrays.copyOf(sorted, sorted.length + added.size());
      for (int i = 0; i < added.size(); i++) {
        next[sorted.length + i] = added.get(i);
      }
      // Merge sort on two sorted runs is linear.
      Arrays.sort(next, BY_ADDRESS);
      for (int i = 1; i < next.length; i++) {
        refuseOverlap(next[i - 1], next[i]);
      }
      sorted = next;
    }
  }

  /** For the many that register one at a time: no more than a search and a copy of references. */
  private static Region[] with(Region[] before, Region added) {
    int at = firstAbove(before, added.address());
    if (at > 0) {
      refuseOverlap(before[at - 1], added);
    }
    if (at < before.length) {
      refuseOverlap(added, before[at]);
    }
    Region[] next = new Region[before.length + 1];
    System.arraycopy(before, 0, next, 0, at);
    next[at] = added;
    System.arraycopy(before, at, next, at + 1, before.length - at);
    return next;
  }

  private static void refuseOverlap(Region lower, Region upper) {
    if (overlap(lower, upper)) {
      throw new MooncakeException(
          ErrorCode.ADDRESS_OVERLAPPED,
          upper + " overlaps " + lower + "; close the other region first");
    }
  }

  private static boolean overlap(Region lower, Region upper) {
    return Long.compareUnsigned(upper.address() - lower.address(), lower.length()) < 0;
  }

  /**
   * Takes regions out; those that are not there are ignored.
   *
   * @param removed the regions
   */
  public void remove(List<Region> removed) {
    synchronized (changes) {
      List<Region> next = new ArrayList<>(Arrays.asList(sorted));
      next.removeAll(new HashSet<>(removed));
      sorted = next.toArray(new Region[0]);
    }
  }

  /**
   * Returns all regions.
   *
   * @return an immutable snapshot, sorted by address
   */
  public List<Region> all() {
    return List.of(sorted);
  }

  @Override
  public LocalRegion acquire(long address, long length) {
    if (length <= 0) {
      return null;
    }
    Region region = floor(sorted, address);
    if (region == null || !region.remoteAccessible()) {
      return null;
    }
    long offset = address - region.address();
    boolean inside =
        Long.compareUnsigned(offset, region.length()) < 0 && length <= region.length() - offset;
    return inside && region.acquire() ? region : null;
  }

  private static Region floor(Region[] regions, long address) {
    int above = firstAbove(regions, address);
    return above == 0 ? null : regions[above - 1];
  }

  private static int firstAbove(Region[] regions, long address) {
    int low = 0;
    int high = regions.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(regions[middle].address(), address) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
