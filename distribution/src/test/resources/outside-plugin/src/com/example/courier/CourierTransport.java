package com.example.courier;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One link, with a thread and a connection, for each peer; one {@link Counter} for all of them. */
final class CourierTransport implements Transport {
  private final TransportContext context;
  private final Counter counter;
  private final Map<Peer, Link> links = new ConcurrentHashMap<>();

  CourierTransport(TransportContext context) throws IOException {
    this.context = context;
    counter = new Counter(context.regions());
  }

  @Override
  public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    return regions.stream().map(CourierTransport::entries).toList();
  }

  private static List<PublishedEntry> entries(LocalRegion region) {
    return region.remoteAccessible()
        ? List.of(PublishedEntry.of(region.address(), region.length()))
        : List.of();
  }

  /** The engine's index stops finding the regions by itself. */
  @Override
  public void withdraw(List<LocalRegion> regions) {}

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    return Quiescence.UNKNOWABLE;
  }

  @Override
  public Advertisement advertise() {
    Attributes extension = Attributes.map().put("port", counter.port()).build();
    return new Advertisement(Attributes.emptyMap(), extension, Set.of(), Set.of());
  }

  @Override
  public long maxSliceBytes() {
    return Protocol.MAX_BYTES;
  }

  @Override
  public void submit(Slice[] slices, int from, int to) {
    for (int i = from; i < to; i++) {
      links.computeIfAbsent(slices[i].peer(), peer -> new Link(context, peer)).submit(slices[i]);
    }
  }

  @Override
  public void cancel(Slice slice, ErrorCode reason) {
    Link link = links.get(slice.peer());
    if (link != null) {
      link.cancel(slice, reason);
    }
  }

  @Override
  public Attributes accept(Attributes request) {
    return Attributes.emptyMap();
  }

  @Override
  public void release(Peer peer) {
    Link link = links.remove(peer);
    if (link != null) {
      link.close();
    }
  }

  @Override
  public void close() {
    List.copyOf(links.keySet()).forEach(this::release);
    counter.close();
  }
}
