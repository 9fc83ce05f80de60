package io.mooncake4j.spi;

/** Something that a transport can do; what it does not list is refused. */
public enum TransportFeature {
  /** Reads remote memory. */
  READ,
  /** Writes remote memory. */
  WRITE,
  /**
   * Reaches memory of other processes; without it, only the engine's own segment is served, and
   * peers are told nothing of the transport.
   */
  REMOTE_PROCESS,
  /** A slice may be addressed to the engine's own segment. */
  SELF,
  /** Needs no process of the peer: a segment that no engine owns can be read. */
  NO_PEER_PROCESS,
  /** {@link Transport#quiesce} can know that no peer touches a withdrawn region any more. */
  QUIESCENCE,
  /** Talks to the same transport of a peer through {@link TransportContext#handshake}. */
  HANDSHAKE,
  /**
   * Reaches regions that live in files in memory ({@link LocalRegion#sharedFile()}); with such a
   * transport the engine allocates host memory that way where it can.
   */
  SHARED_MEMORY
}
