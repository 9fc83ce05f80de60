package io.mooncake4j.core.segment;

import io.mooncake4j.core.classic.ClassicDescriptorCodec;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.handshake.HandshakeClient;
import java.time.Duration;

/**
 * Peer-to-peer mode: a segment's name is the address of its engine's handshake service, which hands
 * out the descriptor itself. Nothing is published, so nothing has to be withdrawn.
 */
public final class P2pDirectory implements Directory {
  private final HandshakeClient client;
  private final LocalSegment local;
  private final int defaultPort;

  /**
   * Makes the directory.
   *
   * @param client reaches the peers
   * @param local the own descriptor, which every request for another's carries
   * @param defaultPort the port of names that have none
   */
  public P2pDirectory(HandshakeClient client, LocalSegment local, int defaultPort) {
    this.client = client;
    this.local = local;
    this.defaultPort = defaultPort;
  }

  @Override
  public Found find(String name) {
    Endpoint endpoint = locate(name);
    byte[] reply = client.fetchDescriptor(endpoint.host(), endpoint.port(), local.encoded());
    return new Found(ClassicDescriptorCodec.decode(name, reply), endpoint);
  }

  @Override
  public Endpoint locate(String name) {
    HostPort address = HostPort.parseStrict(name, defaultPort);
    return new Endpoint(address.host(), address.port());
  }

  @Override
  public void publish() {
    local.changed();
  }

  @Override
  public void awaitPublication(Duration timeout) {
    // Peers ask this engine itself.
  }

  @Override
  public void close() {}
}
