package io.mooncake4j.core.transport;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;
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
 * @param maxSliceBytes the longest slice it is given, a multiple of its alignment
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
   * @throws MooncakeException with {@link ErrorCode#PLUGIN} when it takes no slice that it could be
   *     given
   */
  public static InstalledTransport of(
      int index, String name, TransportDescription description, Transport transport) {
    long longest = transport.maxSliceBytes();
    int alignment = description.limits().alignment();
    long window = Math.min(longest, LocalRegion.MAX_WINDOW_RANGE);
    if (window < alignment) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "transport "
              + name
              + " takes slices of up to "
              + longest
              + " bytes; with its alignment it must take "
              + alignment
              + ", and that at most "
              + LocalRegion.MAX_WINDOW_RANGE);
    }
    return new InstalledTransport(index, name, description, transport, window - window % alignment);
  }

  /**
   * Says whether it can make a copy between this engine's memory and a segment.
   *
   * @param opcode the direction
   * @param space what the remote address counts from
   * @param self whether the target is this engine
   * @param owned whether the target segment has an engine
   * @return whether its description claims all of that
   */
  public boolean serves(OpCode opcode, AddressSpace space, boolean self, boolean owned) {
    return description.addressSpace() == space
        && description.has(opcode == OpCode.READ ? TransportFeature.READ : TransportFeature.WRITE)
        && description.has(self ? TransportFeature.SELF : TransportFeature.REMOTE_PROCESS)
        && (owned || description.has(TransportFeature.NO_PEER_PROCESS));
  }

  /**
   * Says whether peers are told of it.
   *
   * @return false for one that only the engine itself can use
   */
  public boolean isPublished() {
    return description.has(TransportFeature.REMOTE_PROCESS);
  }

  /**
   * Says whether it can register a region.
   *
   * @param memoryKind the kind of its memory, such as {@code cpu}
   * @param length its bytes
   * @return whether its description lists the kind and its limits allow the length
   */
  public boolean takes(String memoryKind, long length) {
    return description.memoryKinds().contains(memoryKind)
        && length <= description.limits().maxRegionBytes();
  }

  /**
   * Says whether host memory is better allocated in a file for it.
   *
   * @param length bytes
   * @return whether its description says so, and it can register memory of that length
   */
  public boolean wantsShared(long length) {
    return description.has(TransportFeature.SHARED_MEMORY) && takes("cpu", length);
  }

  /**
   * Asks whether it reaches a peer.
   *
   * @param peer what the peer has published
   * @return false also when the plugin fails to say
   */
  public boolean reaches(PeerDescriptor peer) {
    try {
      return transport.reaches(peer);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("transport {} is not used for {}: reaches failed", name, peer.segmentName(), e);
      return false;
    }
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
