package io.mooncake4j.spi;

import java.util.Objects;

/**
 * How a transport appears in the segment descriptors of C++ Mooncake, where one protocol owns the
 * list of buffers.
 *
 * @param protocol C++ Mooncake's word for the transport, the descriptor's member {@code protocol}
 * @param bufferName what the member {@code name} of a buffer holds
 * @param preference which protocol an engine with several shows by default: the highest; negative
 *     for one that must be chosen by the user
 */
public record ClassicForm(String protocol, BufferName bufferName, int preference) {
  /** What a descriptor's buffers are called. */
  public enum BufferName {
    /** The segment's name. */
    SEGMENT,
    /** The location of the memory. */
    LOCATION
  }

  /** Checks that nothing is null. */
  public ClassicForm {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(bufferName, "bufferName");
  }
}
