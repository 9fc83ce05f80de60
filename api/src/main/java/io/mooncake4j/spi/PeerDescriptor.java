package io.mooncake4j.spi;

import java.util.Objects;

/**
 * What a peer has published, as far as one transport is concerned.
 *
 * @param generation the peer's {@link Peer#generation()} that this belongs to
 * @param segmentName the name that the peer gives itself
 * @param host the host at which the peer's handshake service answers: a name or a numeric address,
 *     without brackets; empty for a segment that no engine owns
 * @param classic the top level members of C++ Mooncake's descriptor except its buffers; a map
 * @param extension what the same transport of a Java peer advertised; an empty map for other peers
 * @param fromJava whether the peer is a mooncake4j engine
 */
public record PeerDescriptor(
    long generation,
    String segmentName,
    String host,
    Attributes classic,
    Attributes extension,
    boolean fromJava) {
  /** Checks that nothing is null. */
  public PeerDescriptor {
    Objects.requireNonNull(segmentName, "segmentName");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(classic, "classic");
    Objects.requireNonNull(extension, "extension");
  }
}
