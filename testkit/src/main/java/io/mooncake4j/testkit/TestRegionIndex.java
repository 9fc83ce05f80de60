package io.mooncake4j.testkit;

import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.RegionIndex;
import java.util.Arrays;

/** The harness's regions by address: a sorted array that is replaced when it changes. */
final class TestRegionIndex implements RegionIndex {
  private volatile TestRegion[] sorted = new TestRegion[0];

  synchronized void add(TestRegion region) {
    TestRegion[] more = Arrays.copyOf(sorted, sorted.length + 1);
    more[sorted.length] = region;
    Arrays.sort(more, (a, b) -> Long.compareUnsigned(a.address(), b.address()));
    sorted = more;
  }

  synchronized void remove(TestRegion region) {
    sorted = Arrays.stream(sorted).filter(other -> other != region).toArray(TestRegion[]::new);
  }

  @Override
  public LocalRegion acquire(long address, long length) {
    TestRegion region = floor(sorted, address);
    if (region == null || length <= 0 || !region.remoteAccessible()) {
      return null;
    }
    long offset = address - region.address();
    boolean inside =
        Long.compareUnsigned(offset, region.length()) < 0 && length <= region.length() - offset;
    return inside && region.acquire() ? region : null;
  }

  private static TestRegion floor(TestRegion[] regions, long address) {
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
    return low == 0 ? null : regions[low - 1];
  }
}
