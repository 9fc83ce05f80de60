package io.mooncake4j.testkit.sim;

import io.mooncake4j.spi.LocalRegion;
import java.nio.ByteBuffer;

/** Touches regions through their shared windows, without moving positions. */
final class RegionCopy {
  private static final long PIECE = 64L << 20;

  private RegionCopy() {}

  static void copy(LocalRegion from, long fromOffset, LocalRegion to, long toOffset, long length) {
    for (long done = 0; done < length; done += PIECE) {
      int size = (int) Math.min(PIECE, length - done);
      int source = from.windowIndex(fromOffset + done);
      int target = to.windowIndex(toOffset + done);
      ByteBuffer destination = to.window(target);
      destination.put(
          (int) (toOffset + done - to.windowStart(target)),
          from.window(source),
          (int) (fromOffset + done - from.windowStart(source)),
          size);
    }
  }

  /** Inverts all bits of one byte. */
  static void flip(LocalRegion region, long offset) {
    int index = region.windowIndex(offset);
    int at = (int) (offset - region.windowStart(index));
    ByteBuffer window = region.window(index);
    window.put(at, (byte) ~window.get(at));
  }
}
