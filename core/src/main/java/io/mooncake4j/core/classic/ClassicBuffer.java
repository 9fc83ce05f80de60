package io.mooncake4j.core.classic;

import io.mooncake4j.spi.Attributes;
import java.util.Objects;

/**
 * One entry of a descriptor's list of buffers. Immutable.
 *
 * @param protocol which of the descriptor's protocols it belongs to; empty when there is only one
 * @param name what the publisher calls it: the segment's name, the location of the memory, or the
 *     path of a file
 * @param address the first byte in the protocol's address space (see {@link
 *     ClassicDescriptor#space}); unsigned
 * @param length bytes, at least 1
 * @param members everything else that the document says of it, such as keys; a map
 */
public record ClassicBuffer(
    String protocol, String name, long address, long length, Attributes members) {
  /** Checks that nothing is null. */
  public ClassicBuffer {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(members, "members");
  }
}
