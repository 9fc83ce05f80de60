package io.mooncake4j.core.segment;

import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Attributes;

/**
 * One way to a peer.
 *
 * @param via the transport
 * @param entries what the peer has published for it
 * @param extension what the peer's transport said of itself; an empty map for C++ peers
 */
public record Route(InstalledTransport via, EntryTable entries, Attributes extension) {}
