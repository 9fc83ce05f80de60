package io.mooncake4j.cli.demo;

import io.mooncake4j.api.MemoryRegion;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/** A SHA-256 over memory, window by window. Not for concurrent use. */
final class Checksum {
  private static final int STEP = 1 << 26;

  private final MessageDigest digest;

  Checksum() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Adds the first bytes of a region.
   *
   * @param region the memory
   * @param length bytes
   */
  void add(MemoryRegion region, long length) {
    forEachWindow(region, length, digest::update);
  }

  /**
   * Ends the sum.
   *
   * @return 64 hexadecimal digits
   */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Visits the first bytes of a region in windows that a buffer can hold.
   *
   * @param region the memory
   * @param length bytes
   * @param visitor gets each window, in order
   */
  static void forEachWindow(MemoryRegion region, long length, Consumer<ByteBuffer> visitor) {
    for (long offset = 0; offset < length; offset += STEP) {
      visitor.accept(region.window(offset, (int) Math.min(STEP, length - offset)));
    }
  }
}
