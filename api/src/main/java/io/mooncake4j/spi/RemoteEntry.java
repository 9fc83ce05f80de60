package io.mooncake4j.spi;

import java.util.Objects;

/**
 * A range that a peer has published for one transport.
 *
 * @param name what the peer calls it
 * @param address the first byte in the transport's address space; unsigned
 * @param length bytes, at least 1
 * @param members what the peer's transport said besides; a map
 */
public record RemoteEntry(String name, long address, long length, Attributes members) {
  /** Checks that nothing is null. */
  public RemoteEntry {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(members, "members");
  }

  /**
   * Says whether a range lies inside the entry.
   *
   * @param start the first byte; unsigned
   * @param bytes how many, at least 0
   * @return true when every byte does
   */
  public boolean covers(long start, long bytes) {
    long offset = start - address;
    return Long.compareUnsigned(start, address) >= 0
        && Long.compareUnsigned(offset, length) <= 0
        && bytes >= 0
        && Long.compareUnsigned(bytes, length - offset) <= 0;
  }
}
