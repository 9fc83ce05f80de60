package io.mooncake4j.cli.bench;

import io.mooncake4j.api.MemoryRegion;
import java.nio.ByteBuffer;
import java.util.function.LongUnaryOperator;

/** Fills and compares ranges of host memory of any length, byte by byte. */
final class BlockMemory {
  private static final int PIECE = 1 << 20;

  private BlockMemory() {}

  /**
   * What a range does not hold.
   *
   * @param offset of the first wrong byte, from the start of the region
   * @param expected what it is to be
   * @param found what it is
   * @param wrong how many bytes of the range are wrong
   */
  record Mismatch(long offset, int expected, int found, long wrong) {
    @Override
    public String toString() {
      return String.format(
          "byte %d: expected 0x%02x, found 0x%02x; %d bytes of the block are wrong",
          offset, expected, found, wrong);
    }
  }

  /**
   * Fills a range.
   *
   * @param region the memory
   * @param offset the first byte
   * @param length how many
   * @param content tells the byte at an offset of the region
   */
  static void fill(MemoryRegion region, long offset, long length, LongUnaryOperator content) {
    for (long done = 0; done < length; done += PIECE) {
      int size = (int) Math.min(PIECE, length - done);
      ByteBuffer window = region.window(offset + done, size);
      for (int i = 0; i < size; i++) {
        window.put(i, (byte) content.applyAsLong(offset + done + i));
      }
    }
  }

  /**
   * Compares a range.
   *
   * @param region the memory
   * @param offset the first byte
   * @param length how many
   * @param content tells the byte at an offset of the region
   * @return what is wrong, or null
   */
  static Mismatch compare(
      MemoryRegion region, long offset, long length, LongUnaryOperator content) {
    Mismatch first = null;
    long wrong = 0;
    for (long done = 0; done < length; done += PIECE) {
      int size = (int) Math.min(PIECE, length - done);
      ByteBuffer window = region.window(offset + done, size);
      for (int i = 0; i < size; i++) {
        long at = offset + done + i;
        byte expected = (byte) content.applyAsLong(at);
        byte found = window.get(i);
        if (expected != found) {
          wrong++;
          first = first == null ? new Mismatch(at, expected & 0xff, found & 0xff, 0) : first;
        }
      }
    }
    return first == null
        ? null
        : new Mismatch(first.offset(), first.expected(), first.found(), wrong);
  }
}
