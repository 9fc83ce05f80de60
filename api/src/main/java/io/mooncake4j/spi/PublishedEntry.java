package io.mooncake4j.spi;

import java.util.Objects;

/**
 * A range that peers can reach through one transport.
 *
 * @param address the first byte in the transport's address space; unsigned, not 0 in the virtual
 *     one
 * @param length bytes, at least 1
 * @param members what the transport must know besides, such as keys; a map, often empty
 */
public record PublishedEntry(long address, long length, Attributes members) {
  /** Checks the length. */
  public PublishedEntry {
    Objects.requireNonNull(members, "members");
    if (length <= 0) {
      throw new IllegalArgumentException("an entry of " + length + " bytes cannot be published");
    }
  }

  /**
   * Makes an entry without members.
   *
   * @param address the first byte
   * @param length bytes
   * @return the entry
   */
  public static PublishedEntry of(long address, long length) {
    return new PublishedEntry(address, length, Attributes.emptyMap());
  }
}
