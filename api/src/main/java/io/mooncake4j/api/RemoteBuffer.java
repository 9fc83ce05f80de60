package io.mooncake4j.api;

import java.util.Objects;

/**
 * A range of memory that a peer has published.
 *
 * <p>Immutable: a snapshot of the peer's descriptor. Take a fresh one from {@link
 * Segment#buffers()} after {@link Segment#refresh()}.
 *
 * @param segment the segment that published it
 * @param name what the peer calls it (a location such as {@code cpu:0}, or the segment's name)
 * @param space what {@code address} counts from
 * @param address the first byte, in {@code space}; unsigned
 * @param length bytes, at least 1
 */
public record RemoteBuffer(
    Segment segment, String name, AddressSpace space, long address, long length) {
  /** Checks that nothing is null. */
  public RemoteBuffer {
    Objects.requireNonNull(segment, "segment");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(space, "space");
  }

  @Override
  public String toString() {
    return segment.name() + "[" + name + " 0x" + Long.toHexString(address) + "+" + length + "]";
  }
}
