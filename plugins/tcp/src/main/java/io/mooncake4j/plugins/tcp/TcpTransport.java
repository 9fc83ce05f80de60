package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PortRange;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The transport over TCP: a server for peers, and a link to each peer that slices are sent to.
 *
 * <p>Safe from any thread. Submission never waits: connecting, resolving names, sending and
 * receiving happen in the connections' own threads, but for a little that a submitting thread sends
 * itself over a connection that has nothing to do.
 */
final class TcpTransport implements Transport {
  private static final int PROTOCOL_VERSION = 2;
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LONGEST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long SHORTEST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final TransportContext context;
  private final TcpOptions options;
  private final TcpMetrics metrics;
  private final NameLookup names;
  private final DataServer server;
  private final ConcurrentHashMap<Peer, PeerLink> links = new ConcurrentHashMap<>();
  private final ScheduledFuture<?> watch;
  private volatile Breakage closed;

  TcpTransport(TransportContext context, NameLookup.Resolver resolver) {
    this.context = context;
    names = new NameLookup(resolver);
    options = TcpOptions.of(context.options());
    metrics = TcpMetrics.of(context.metrics());
    server =
        new DataServer(
            PortRange.of(context.options()).listen(options.backlog()),
            context,
            options,
            metrics,
            Runtime.getRuntime().availableProcessors());
    long shortest = Math.min(options.statusTimeoutNanos(), options.stallTimeoutNanos());
    long tick = Math.max(SHORTEST_TICK_NANOS, Math.min(LONGEST_TICK_NANOS, shortest / 4));
    watch =
        context.executor().scheduleWithFixedDelay(this::watch, tick, tick, TimeUnit.NANOSECONDS);
    context.metrics().gauge("connections", () -> sum(PeerLink::connected));
    context.metrics().gauge("queued.slices", () -> sum(PeerLink::queued));
    context.metrics().gauge("served.connections", server::sessions);
  }

  private long sum(java.util.function.ToIntFunction<PeerLink> count) {
    return links.values().stream().mapToLong(count::applyAsInt).sum();
  }

  private void watch() {
    long now = context.nanoTime();
    for (PeerLink link : links.values()) {
      link.watch(now);
    }
    server.watch(now);
  }

  @Override
  public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    List<List<PublishedEntry>> entries = new ArrayList<>();
    List<LocalRegion> served = new ArrayList<>();
    for (LocalRegion region : regions) {
      if (region.remoteAccessible() && region.location().isHost()) {
        served.add(region);
        entries.add(List.of(PublishedEntry.of(region.address(), region.length())));
      } else {
        entries.add(List.of());
      }
    }
    server.serve(served);
    return entries;
  }

  @Override
  public void withdraw(List<LocalRegion> regions) {
    server.withdraw(regions);
    forget(regions);
  }

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    Quiescence quiescence = server.quiesce(regions, deadlineNanos);
    forget(regions);
    return quiescence;
  }

  /** Cached views would keep the memory from being collected. */
  private void forget(List<LocalRegion> regions) {
    for (LocalRegion region : regions) {
      server.forget(region.id());
      links.values().forEach(link -> link.forget(region.id()));
    }
  }

  @Override
  public Advertisement advertise() {
    Attributes classic =
        Attributes.map()
            .put("tcp_data_port", server.port())
            .put("tcp_proto_version", PROTOCOL_VERSION)
            .build();
    return new Advertisement(classic, Attributes.emptyMap(), Set.of(), Set.of());
  }

  @Override
  public long maxSliceBytes() {
    return options.sliceBytes();
  }

  @Override
  public void submit(Slice[] slices, int from, int to) {
    int begin = from;
    for (int i = from; i < to; i++) {
      Slice slice = slices[i];
      MooncakeException unreachable = checkLocal(slice);
      if (unreachable != null || slice.peer() != slices[begin].peer()) {
        submitTo(slices, begin, i);
        begin = i;
      }
      if (unreachable != null) {
        slice.fail(unreachable.code(), false, unreachable.getMessage());
        begin = i + 1;
      }
    }
    submitTo(slices, begin, to);
  }

  /** Memory without a window would break off a request in the middle. */
  private static MooncakeException checkLocal(Slice slice) {
    try {
      LocalRegion region = slice.region();
      region.window(region.windowIndex(slice.localOffset()));
      return null;
    } catch (MooncakeException e) {
      return e;
    }
  }

  private void submitTo(Slice[] slices, int from, int to) {
    if (from < to) {
      link(slices[from].peer()).submit(slices, from, to);
    }
  }

  private PeerLink link(Peer peer) {
    PeerLink link = links.get(peer);
    if (link == null) {
      link =
          links.computeIfAbsent(peer, key -> new PeerLink(key, context, options, metrics, names));
      Breakage why = closed;
      if (why != null) {
        link.close(why);
      }
    }
    return link;
  }

  @Override
  public Progress progress(Peer peer) {
    PeerLink link = links.get(peer);
    return link == null ? Progress.NOT_SOON : link.progress();
  }

  @Override
  public void cancel(Slice slice, ErrorCode reason) {
    PeerLink link = links.get(slice.peer());
    if (link != null) {
      link.cancel(slice, reason);
    }
  }

  @Override
  public Attributes accept(Attributes request) {
    throw new MooncakeException(
        ErrorCode.UNSUPPORTED_TRANSPORT, "the tcp transport needs no handshake and answers none");
  }

  @Override
  public void release(Peer peer) {
    PeerLink link = links.remove(peer);
    if (link != null) {
      end(List.of(link), Breakage.released(peer.name()));
    }
  }

  @Override
  public void close() {
    synchronized (links) {
      if (closed != null) {
        return;
      }
      closed = Breakage.engineClosed();
    }
    watch.cancel(false);
    end(List.copyOf(links.values()), closed);
    names.close();
    server.close(context.nanoTime() + JOIN_NANOS);
  }

  /** Ends links and waits for their threads, but not for one that calls this. */
  private void end(List<PeerLink> ending, Breakage why) {
    long deadline = context.nanoTime() + JOIN_NANOS;
    List<Connection> connections = new ArrayList<>();
    ending.forEach(link -> connections.addAll(link.close(why)));
    for (Connection connection : connections) {
      connection.awaitEnd(deadline);
    }
  }
}
