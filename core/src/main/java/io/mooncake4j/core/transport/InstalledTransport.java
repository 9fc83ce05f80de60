package io.mooncake4j.core.transport;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;

/**
 * A running transport of one engine.
 *
 * @param index its place in the engine's list, from 0, best rank first
 * @param name the provider's name
 * @param description what it promises
 * @param transport the transport
 */
public record InstalledTransport(
    int index, String name, TransportDescription description, Transport transport) {
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
}
