package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.TransportContext;
import java.util.List;
import java.util.Set;

/** Virtual addresses; each region is one entry; peers find the node's id in the descriptor. */
final class VirtualTransport extends LinkedTransport {
  VirtualTransport(TransportContext context, SimulatedNetwork network, long maxSliceBytes) {
    super(SimVirtualProvider.NAME, context, network, maxSliceBytes);
    start();
  }

  @Override
  List<PublishedEntry> entriesOf(LocalRegion region) {
    return List.of(PublishedEntry.of(region.address(), region.length()));
  }

  @Override
  public Advertisement advertise() {
    return new Advertisement(
        Attributes.emptyMap(), Attributes.map().put("node", node.id()).build(), Set.of(), Set.of());
  }

  @Override
  void connect(Peer peer, Link link) {
    try {
      String id =
          peer.isSelf() ? node.id() : context.descriptor(peer, false).extension().text("node", "");
      SimulatedNode far = network.node(id);
      if (far == null) {
        throw new MooncakeException(
            ErrorCode.SOCKET, "no engine answers for " + peer.name() + " at \"" + id + "\"");
      }
      link.way().complete(new Link.Way(far, far.epoch()));
    } catch (MooncakeException e) {
      link.way().completeExceptionally(e);
    }
  }

  @Override
  public Attributes accept(Attributes request) {
    throw new MooncakeException(
        ErrorCode.REJECTED_HANDSHAKE, SimVirtualProvider.NAME + " needs no handshake");
  }
}
