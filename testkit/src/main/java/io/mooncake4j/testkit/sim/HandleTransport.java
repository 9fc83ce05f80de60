package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Metrics;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.testkit.sim.SimHandleProvider.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * Memory reached by imported handles, as with GPU IPC: peers shake hands before the first slice,
 * handles hold for one epoch of the exporter, and entries are not regions.
 *
 * <p>The payload of a handshake is {@code sim-handle:<node>:<epoch>}.
 */
final class HandleTransport extends LinkedTransport {
  private static final long PAGE = 4096;
  private static final String KIND = SimHandleProvider.NAME;

  private final Layout layout;
  private final long chunkBytes;
  private final long minBytes;
  private final boolean reaches;
  private final Metrics.Counter asked;

  HandleTransport(TransportContext context, SimulatedNetwork network) {
    super(KIND, context, network, context.options().get(SimHandleProvider.SLICE_BYTES));
    this.layout = context.options().get(SimHandleProvider.LAYOUT);
    this.chunkBytes = context.options().get(SimHandleProvider.CHUNK_BYTES);
    this.minBytes = context.options().get(SimHandleProvider.MIN_BYTES);
    this.reaches = context.options().get(SimHandleProvider.REACHES);
    this.asked = context.metrics().counter("reaches.asked");
    start();
  }

  @Override
  List<PublishedEntry> entriesOf(LocalRegion region) {
    if (region.length() < minBytes) {
      return List.of();
    }
    return layout == Layout.ALLOCATION ? List.of(allocationOf(region)) : chunksOf(region);
  }

  /** The whole pages around a region: what lies outside of it is refused when it is touched. */
  private PublishedEntry allocationOf(LocalRegion region) {
    long start = region.address() / PAGE * PAGE;
    long end = (region.address() + region.length() + PAGE - 1) / PAGE * PAGE;
    return entry(region, start, end - start);
  }

  private List<PublishedEntry> chunksOf(LocalRegion region) {
    List<PublishedEntry> entries = new ArrayList<>();
    for (long at = 0; at < region.length(); at += chunkBytes) {
      entries.add(entry(region, region.address() + at, Math.min(chunkBytes, region.length() - at)));
    }
    return entries;
  }

  private PublishedEntry entry(LocalRegion region, long address, long length) {
    String handle = node.handlePrefix() + region.id() + "@" + Long.toHexString(address);
    return new PublishedEntry(address, length, Attributes.map().put("handle", handle).build());
  }

  @Override
  public Advertisement advertise() {
    return new Advertisement(
        Attributes.emptyMap(),
        Attributes.map().put("node", node.id()).put("epoch", node.epoch()).build(),
        Set.of(),
        Set.of(KIND));
  }

  @Override
  public boolean reaches(PeerDescriptor peer) {
    asked.add(1);
    return reaches;
  }

  @Override
  public Attributes accept(Attributes request) {
    String[] words = request.text("payload").split(":", -1);
    if (words.length != 3 || !words[0].equals(KIND)) {
      throw new MooncakeException(
          ErrorCode.REJECTED_HANDSHAKE, "payload is not " + KIND + ":<node>:<epoch>");
    }
    if (!words[2].equals(Long.toString(node.epoch()))) {
      throw new MooncakeException(
          ErrorCode.REJECTED_HANDSHAKE,
          "handles of epoch " + words[2] + " are revoked; fetch the descriptor again");
    }
    return payload(node.epoch());
  }

  private Attributes payload(long epoch) {
    return Attributes.map().put("payload", KIND + ":" + node.id() + ":" + epoch).build();
  }

  @Override
  void connect(Peer peer, Link link) {
    if (peer.isSelf()) {
      link.way()
          .completeExceptionally(
              new MooncakeException(
                  ErrorCode.UNSUPPORTED_TRANSPORT, KIND + " does not reach its own engine"));
      return;
    }
    shakeHands(peer, link, false);
  }

  private void shakeHands(Peer peer, Link link, boolean refresh) {
    try {
      long epoch = context.descriptor(peer, refresh).extension().integer("epoch", 0);
      CompletableFuture<Attributes> unused =
          context
              .handshake(peer, payload(epoch))
              .whenComplete((answer, error) -> shaken(peer, link, refresh, answer, error));
    } catch (MooncakeException e) {
      link.way().completeExceptionally(e);
    }
  }

  private void shaken(Peer peer, Link link, boolean refreshed, Attributes answer, Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    boolean stale =
        cause instanceof MooncakeException known && known.code() == ErrorCode.REJECTED_HANDSHAKE;
    if (stale && !refreshed) {
      // Off this thread, which may be the one that delivers answers: fetching blocks.
      later(link, () -> shakeHands(peer, link, true));
    } else if (cause != null) {
      link.way().completeExceptionally(cause);
    } else {
      complete(peer, link, answer);
    }
  }

  private void later(Link link, Runnable work) {
    try {
      context.executor().execute(work);
    } catch (RejectedExecutionException e) {
      link.way()
          .completeExceptionally(new MooncakeException(ErrorCode.CLOSED, "engine is closed", e));
    }
  }

  private void complete(Peer peer, Link link, Attributes answer) {
    try {
      String[] words = answer.text("payload", "").split(":", -1);
      SimulatedNode far = words.length == 3 ? network.node(words[1]) : null;
      if (far == null) {
        throw new MooncakeException(
            ErrorCode.REJECTED_HANDSHAKE, peer.name() + " has no " + KIND + " on this network");
      }
      link.way().complete(new Link.Way(far, Long.parseLong(words[2])));
    } catch (MooncakeException | NumberFormatException e) {
      link.way().completeExceptionally(e);
    }
  }

  @Override
  void carry(Flight flight, long from, long count) {
    SimulatedNode far = flight.link.way().join().node();
    if (!flight.entry.members().text("handle", "").startsWith(far.handlePrefix())) {
      throw new MooncakeException(
          ErrorCode.PEER_REJECTED_ADDRESS,
          "the handle of " + flight.entry.name() + " is not one of " + far);
    }
    super.carry(flight, from, count);
  }

  /** A peer that has imported a handle touches the memory without asking. */
  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    super.quiesce(regions, deadlineNanos);
    return Quiescence.UNKNOWABLE;
  }
}
