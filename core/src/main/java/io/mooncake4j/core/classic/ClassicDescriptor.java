package io.mooncake4j.core.classic;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.spi.Attributes;
import java.util.List;
import java.util.Objects;

/**
 * What a node publishes about itself, in the terms of C++ Mooncake's segment descriptor. Immutable.
 *
 * <p>Format: Mooncake transfer engine wire format, segment descriptor schemas.
 *
 * @param name the segment's name; empty only in records of files, which no engine owns
 * @param protocols C++ Mooncake's words for the transports, in the order of installation; empty
 *     when the node has none that C++ knows
 * @param buffers what peers may reach
 * @param members the top level members that are not named here, such as {@code tcp_data_port} or
 *     {@code devices}, but without {@code timestamp}; a map
 * @param extension the member {@code mooncake4j}, for Java peers; an empty map when absent
 */
public record ClassicDescriptor(
    String name,
    List<String> protocols,
    List<ClassicBuffer> buffers,
    Attributes members,
    Attributes extension) {
  /** Copies the lists and checks that nothing is null. */
  public ClassicDescriptor {
    Objects.requireNonNull(name, "name");
    protocols = List.copyOf(protocols);
    buffers = List.copyOf(buffers);
    Objects.requireNonNull(members, "members");
    Objects.requireNonNull(extension, "extension");
  }

  /**
   * Returns the protocol that a buffer belongs to.
   *
   * @param buffer one of {@link #buffers()}
   * @return C++ Mooncake's word, empty when the descriptor has no protocol
   */
  public String protocolOf(ClassicBuffer buffer) {
    if (!buffer.protocol().isEmpty() || protocols.isEmpty()) {
      return buffer.protocol();
    }
    return protocols.get(0);
  }

  /**
   * Says what the addresses of a protocol's buffers count from.
   *
   * @param protocol C++ Mooncake's word
   * @return the address space; that of virtual addresses for a protocol that is not known
   */
  public static AddressSpace space(String protocol) {
    return switch (BufferForm.of(protocol)) {
      case DEVICE -> AddressSpace.DEVICE_OFFSET;
      case FILE -> AddressSpace.FILE_OFFSET;
      default -> AddressSpace.VIRTUAL;
    };
  }
}
