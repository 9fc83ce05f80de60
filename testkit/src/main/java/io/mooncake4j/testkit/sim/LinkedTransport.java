package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportContext;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A simulated transport whose far side is a serving node of another transport. */
abstract class LinkedTransport extends SimulatedTransport {
  final SimulatedNode node;
  private final IdentityHashMap<Peer, Link> links = new IdentityHashMap<>();

  LinkedTransport(
      String name, TransportContext context, SimulatedNetwork network, long maxSliceBytes) {
    super(name, context, network, maxSliceBytes);
    this.node = new SimulatedNode(network, context);
  }

  /** Starts to look for the way to a peer and completes the link when it is found or not. */
  abstract void connect(Peer peer, Link link);

  /** Returns the entries to publish for a region that peers may reach. */
  abstract List<PublishedEntry> entriesOf(LocalRegion region);

  @Override
  public final List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    List<List<PublishedEntry>> entries = new ArrayList<>();
    for (LocalRegion region : regions) {
      boolean servable = region.remoteAccessible() && region.location().isHost();
      List<PublishedEntry> published = servable ? entriesOf(region) : List.of();
      if (!published.isEmpty()) {
        node.serve(region);
      }
      entries.add(published);
    }
    return entries;
  }

  @Override
  public final void withdraw(List<LocalRegion> regions) {
    regions.forEach(node::withdraw);
  }

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    return node.quiesce(regions, deadlineNanos);
  }

  @Override
  final boolean reach(Flight flight) {
    Link link = flight.link == null ? linkTo(flight.peer) : flight.link;
    flight.link = link;
    if (link.way().isDone()) {
      requireWay(link);
      return true;
    }
    long ticket = flight.ticket;
    if (rest(flight)) {
      CompletableFuture<Link.Way> unused =
          link.way().whenComplete((way, error) -> resume(flight, ticket));
    }
    return false;
  }

  private Link linkTo(Peer peer) {
    long generation = peer.generation();
    Link fresh;
    synchronized (links) {
      Link link = links.get(peer);
      if (link != null && link.usable(generation)) {
        return link;
      }
      fresh = new Link(generation);
      links.put(peer, fresh);
    }
    connect(peer, fresh);
    return fresh;
  }

  private static Link.Way requireWay(Link link) {
    try {
      return link.way().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof MooncakeException known) {
        throw new MooncakeException(known.code(), known.getMessage(), known);
      }
      throw new MooncakeException(ErrorCode.ENDPOINT, "no way to the peer: " + e.getCause(), e);
    }
  }

  @Override
  void carry(Flight flight, long from, long count) {
    SimulatedNode far = requireWay(flight.link).node();
    SimulatedNode.Served served = far.enter(flight.remoteAddress + from, count);
    if (served == null) {
      throw refusal(far, flight);
    }
    try {
      long local = flight.localOffset + from;
      long remote = flight.remoteAddress + from - served.region().address();
      if (flight.opcode == OpCode.READ) {
        RegionCopy.copy(served.region(), remote, flight.region, local, count);
      } else {
        RegionCopy.copy(flight.region, local, served.region(), remote, count);
      }
    } finally {
      far.leave(served);
    }
  }

  private static MooncakeException refusal(SimulatedNode far, Flight flight) {
    return far.isOpen()
        ? new MooncakeException(
            ErrorCode.PEER_REJECTED_ADDRESS, far + " has not registered the range of the " + flight)
        : new MooncakeException(ErrorCode.LINK_BROKEN, far + " is closed");
  }

  @Override
  final void hold(Flight flight) {
    SimulatedNode far = requireWay(flight.link).node();
    flight.held = far.enter(flight.remoteAddress, flight.length);
    if (flight.held != null) {
      far.rest(flight.held, this, flight, flight.ticket);
    }
  }

  @Override
  final void letGo(Flight flight) {
    if (flight.held != null) {
      SimulatedNode far = requireWay(flight.link).node();
      far.wake(flight.held, flight);
      far.leave(flight.held);
      flight.held = null;
    }
  }

  @Override
  final void forget(Peer peer) {
    synchronized (links) {
      links.remove(peer);
    }
  }

  @Override
  final void stopServing() {
    node.close();
  }
}
