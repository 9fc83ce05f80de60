import io.mooncake4j.api.MemoryRegion;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** A registered range with what lies around it; offsets count from the region's first byte. */
record Range(MemoryRegion region, ByteBuffer guarded) {
  static final int GUARD_BYTES = 8192;
  static final int GUARD_SEED = 0x5EED;

  int guardBytes() {
    return guarded == null ? 0 : GUARD_BYTES;
  }

  ByteBuffer window(long offset, int length) {
    return guarded == null
        ? region.window(offset, length)
        : guarded.slice(Math.toIntExact(offset + GUARD_BYTES), length);
  }

  void fill(long offset, long length, long seed, long at) {
    byte[] block = Pattern.block(seed);
    for (long done = 0; done < length; ) {
      int count = (int) Math.min(Pattern.PERIOD, length - done);
      window(offset + done, count).put(0, block, Pattern.phase(at + done), count);
      done += count;
    }
  }

  /** The offset, from {@code offset}, of the first byte that is not the pattern's, or -1. */
  long mismatch(long offset, long length, long seed, long at) {
    byte[] block = Pattern.block(seed);
    for (long done = 0; done < length; ) {
      int count = (int) Math.min(Pattern.PERIOD, length - done);
      ByteBuffer expected = ByteBuffer.wrap(block, Pattern.phase(at + done), count);
      int wrong = window(offset + done, count).mismatch(expected);
      if (wrong >= 0) {
        return done + wrong;
      }
      done += count;
    }
    return -1;
  }

  /** Seeded bytes, the same as pattern.py's. */
  private static final class Pattern {
    static final int PERIOD = 65521;
    private static final Map<Long, byte[]> BLOCKS =
        new LinkedHashMap<>(64, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
            return size() > 64;
          }
        };

    static byte[] block(long seed) {
      return BLOCKS.computeIfAbsent(seed, Pattern::generate);
    }

    static int phase(long at) {
      return (int) (at % PERIOD);
    }

    private static byte[] generate(long seed) {
      byte[] block = new byte[2 * PERIOD];
      int state = (int) seed;
      for (int i = 0; i < PERIOD; i++) {
        state = state * 1664525 + 1013904223;
        block[i] = (byte) (state >>> 24);
        block[i + PERIOD] = block[i];
      }
      return block;
    }
  }
}
