package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.RegionIndex;
import java.util.Arrays;

/**
 * The regions that a session is inside of, for {@link DataServer#quiesce} to see.
 *
 * <p>For the session's thread, except {@link #isInside}. While a region is being looked up the
 * session counts as inside of every region, so that who finds one free here after its withdrawal
 * finds it free for good. No lock is held while the engine is called.
 */
final class RegionHolds {
  private final DataServer server;
  private final RegionIndex index;
  private LocalRegion[] held = new LocalRegion[GatherWriter.BATCH_PAYLOADS + 1];
  private int count;
  private volatile boolean entering;

  RegionHolds(DataServer server, RegionIndex index) {
    this.server = server;
    this.index = index;
  }

  /** Finds and holds the region around a range; null when peers may not reach it. */
  LocalRegion acquire(long address, long length) {
    entering = true;
    try {
      LocalRegion region = length > 0 ? index.acquire(address, length) : null;
      if (region != null && !server.isServed(region)) {
        region.release();
        region = null;
      }
      if (region != null) {
        add(region);
      }
      return region;
    } finally {
      entering = false;
      server.notifyOutside();
    }
  }

  private synchronized void add(LocalRegion region) {
    if (count == held.length) {
      held = Arrays.copyOf(held, count * 2);
    }
    held[count++] = region;
  }

  /** Lets go of all regions held. */
  void releaseAll() {
    if (count == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      held[i].release();
    }
    clear();
    server.notifyOutside();
  }

  private synchronized void clear() {
    Arrays.fill(held, 0, count, null);
    count = 0;
  }

  /** Whether any of the regions, given by sorted identifiers, is held. */
  synchronized boolean isInside(long[] ids) {
    if (entering) {
      return true;
    }
    for (int i = 0; i < count; i++) {
      if (Arrays.binarySearch(ids, held[i].id()) >= 0) {
        return true;
      }
    }
    return false;
  }
}
