package io.mooncake4j.core.transport;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running transport of one engine.
 *
 * @param index its place in the engine's list, from 0, best rank first
 * @param name the provider's name
 * @param description what it promises
 * @param transport the transport
 * @param maxSliceBytes the longest slice it takes
 */
public record InstalledTransport(
    int index,
    String name,
    TransportDescription description,
    Transport transport,
    long maxSliceBytes) {
  private static final Logger LOG = LoggerFactory.getLogger(InstalledTransport.class);

  /**
   * Installs a transport.
   *
   * @param index its place in the engine's list
   * @param name the provider's name
   * @param description what it promises
   * @param transport the transport
   * @return the transport, installed
   * @throws MooncakeException with {@link ErrorCode#PLUGIN} when it takes no slices of any length
   */
  public static InstalledTransport of(
      int index, String name, TransportDescription description, Transport transport) {
    long longest = transport.maxSliceBytes();
    if (longest < 1) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "transport " + name + " takes slices of up to " + longest + " bytes; it must take 1");
    }
    return new InstalledTransport(index, name, description, transport, longest);
  }

  /**
   * Says whether it can make a copy.
   *
   * @param opcode the direction
   * @param space what the remote address counts from
   * @param memoryKind the kind of the local memory, such as {@code cpu}
   * @param self whether the target is this engine
   * @param owned whether the target segment has an engine
   * @return whether its description claims all of that
   */
  public boolean serves(
      OpCode opcode, AddressSpace space, String memoryKind, boolean self, boolean owned) {
    return description.addressSpace() == space
        && description.has(opcode == OpCode.READ ? TransportFeature.READ : TransportFeature.WRITE)
        && (!self || description.has(TransportFeature.SELF))
        && (owned || description.has(TransportFeature.NO_PEER_PROCESS))
        && moves(memoryKind);
  }

  /**
   * Says whether it can move local memory of a kind.
   *
   * @param memoryKind such as {@code cpu}
   * @return whether its description lists the kind
   */
  public boolean moves(String memoryKind) {
    return description.memoryKinds().contains(memoryKind);
  }

  /**
   * Returns what it tells peers.
   *
   * @return empty when the plugin fails to say, so that the other transports are still published
   */
  public Optional<Advertisement> advertisement() {
    try {
      return Optional.of(transport.advertise());
    } catch (RuntimeException | LinkageError e) {
      LOG.error("transport {} cannot be advertised: advertise failed", name, e);
      return Optional.empty();
    }
  }

  /**
   * Has it drop what it keeps for a peer that is gone.
   *
   * @param peer the peer
   */
  public void release(Peer peer) {
    try {
      transport.release(peer);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("transport {} did not let go of {}: release failed", name, peer.name(), e);
    }
  }
}
