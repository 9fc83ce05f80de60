package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.RegionIndex;
import java.util.Arrays;

/**
 * The regions that a session is inside of, for {@link DataServer#quiesce} to see.
 *
 * <p>Looking up and noting is one step for an onlooker: who finds a region free here after its
 * withdrawal finds it free for good.
 */
final class RegionHolds {
  private final DataServer server;
  private final RegionIndex index;
  private LocalRegion[] held = new LocalRegion[GatherWriter.BATCH_PAYLOADS + 1];
  private int count;

  RegionHolds(DataServer server, RegionIndex index) {
    this.server = server;
    this.index = index;
  }

  /** Finds and holds the region around a range; null when peers may not reach it. */
  synchronized LocalRegion acquire(long address, long length) {
    boolean outsideMemory = length <= 0 || address + (length - 1) - address != length - 1;
    LocalRegion region = outsideMemory ? null : index.acquire(address, length);
    if (region == null) {
      return null;
    }
    if (!server.isServed(region)) {
      region.release();
      return null;
    }
    if (count == held.length) {
      held = Arrays.copyOf(held, count * 2);
    }
    held[count++] = region;
    return region;
  }

  /** Lets go of all regions held. */
  void releaseAll() {
    if (clear()) {
      server.notifyOutside();
    }
  }

  private synchronized boolean clear() {
    for (int i = 0; i < count; i++) {
      held[i].release();
      held[i] = null;
    }
    boolean any = count > 0;
    count = 0;
    return any;
  }

  /** Whether any of the regions, given by sorted identifiers, is held. */
  synchronized boolean isInside(long[] ids) {
    for (int i = 0; i < count; i++) {
      if (Arrays.binarySearch(ids, held[i].id()) >= 0) {
        return true;
      }
    }
    return false;
  }
}
