package io.mooncake4j.benchmarks.rivals;

import java.nio.ByteBuffer;
import java.util.Random;

/** Known bytes, to see that what is measured arrives intact. */
public final class Pattern {
  /** More than a socket's buffer holds, and no multiple of anything. */
  public static final int BYTES = 3_000_017;

  private Pattern() {}

  /** New known bytes; the same for the same seed. */
  public static byte[] bytes(long seed) {
    byte[] bytes = new byte[BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /**
   * Compares.
   *
   * @throws IllegalStateException naming the first byte that differs
   */
  public static void check(byte[] expected, ByteBuffer found) {
    int difference = ByteBuffer.wrap(expected).mismatch(found);
    if (difference >= 0) {
      throw new IllegalStateException(
          "bytes did not arrive intact: of %d bytes sent %d arrived, number %d is the first that differs"
              .formatted(expected.length, found.remaining(), difference));
    }
  }
}
