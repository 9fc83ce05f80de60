package io.mooncake4j.core.segment;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.core.classic.ClassicBuffer;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The open segments of one engine. Network calls are made without a lock that look-ups take; many
 * callers that want the same segment cause one fetch.
 */
public final class SegmentCache {
  private final ConcurrentMap<String, PeerSegment> open = new ConcurrentHashMap<>();
  private final Directory directory;
  private final EntryExchange exchange;
  private final List<InstalledTransport> transports;
  private final String ownName;

  /**
   * Makes an empty cache.
   *
   * @param directory where descriptors come from
   * @param exchange asks Java peers for entries that are not in their descriptors
   * @param transports the installed transports, best first
   * @param ownName the engine's own segment name
   */
  public SegmentCache(
      Directory directory,
      EntryExchange exchange,
      List<InstalledTransport> transports,
      String ownName) {
    this.directory = directory;
    this.exchange = exchange;
    this.transports = List.copyOf(transports);
    this.ownName = ownName;
  }

  /**
   * Opens a segment, or returns it if it is open.
   *
   * @param requested its name; leading slashes are dropped
   * @return the segment
   * @throws MooncakeException when it is not found or its descriptor is not valid
   */
  public PeerSegment open(String requested) {
    String name = requested.replaceFirst("^/+", "");
    if (name.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "a segment needs a name; in peer-to-peer mode host:port");
    }
    PeerSegment known = open.get(name);
    if (known != null) {
      return known;
    }
    PeerSegment fresh = new PeerSegment(this, name, name.equals(ownName));
    refresh(fresh, System.nanoTime());
    PeerSegment earlier = open.putIfAbsent(name, fresh);
    return earlier == null ? fresh : earlier;
  }

  /**
   * Fetches a segment's descriptor, unless another thread has done so since.
   *
   * @param segment the segment
   * @param sinceNanos a fetch that began later than this will do
   * @throws MooncakeException when it cannot be fetched; the old descriptor stays
   */
  public void refresh(PeerSegment segment, long sinceNanos) {
    synchronized (segment.fetching) {
      SegmentSnapshot old = segment.snapshot();
      if (old != null && segment.fetchedNanos - sinceNanos > 0) {
        return;
      }
      long began = System.nanoTime();
      Directory.Found found = directory.find(segment.name());
      List<Route> routes = routes(found);
      boolean same =
          old != null
              && old.descriptor().equals(found.descriptor())
              && old.endpoint().equals(found.endpoint());
      long generation = old == null ? 1 : same ? old.generation() : old.generation() + 1;
      segment.replace(
          new SegmentSnapshot(
              generation,
              found.descriptor(),
              found.endpoint(),
              routes,
              buffers(segment, found.descriptor(), routes)));
      segment.fetchedNanos = began;
    }
  }

  /**
   * Returns the open segments.
   *
   * @return a weakly consistent view
   */
  public Collection<PeerSegment> all() {
    return open.values();
  }

  private List<Route> routes(Directory.Found found) {
    ClassicDescriptor descriptor = found.descriptor();
    List<Route> routes = new ArrayList<>();
    for (InstalledTransport transport : transports) {
      Attributes section = JavaMember.sectionOf(descriptor.extension(), transport.name());
      boolean classic =
          transport.description().classicForm().stream()
              .anyMatch(form -> descriptor.protocols().contains(form.protocol()));
      if (section != null && !JavaMember.entriesAreClassic(section)) {
        List<RemoteEntry> entries = exchange.fetch(found.endpoint(), transport.name());
        routes.add(new Route(transport, new EntryTable(entries), JavaMember.attributesOf(section)));
      } else if (section != null || (classic && !JavaMember.isPresent(descriptor.extension()))) {
        Attributes extension =
            section == null ? Attributes.emptyMap() : JavaMember.attributesOf(section);
        routes.add(new Route(transport, classicEntries(descriptor, transport), extension));
      }
    }
    return List.copyOf(routes);
  }

  private static EntryTable classicEntries(
      ClassicDescriptor descriptor, InstalledTransport transport) {
    String protocol = transport.description().classicForm().map(form -> form.protocol()).orElse("");
    List<RemoteEntry> entries = new ArrayList<>();
    for (ClassicBuffer buffer : descriptor.buffers()) {
      if (buffer.protocol().isEmpty() || buffer.protocol().equals(protocol)) {
        entries.add(
            new RemoteEntry(buffer.name(), buffer.address(), buffer.length(), buffer.members()));
      }
    }
    return new EntryTable(entries);
  }

  private List<RemoteBuffer> buffers(
      PeerSegment segment, ClassicDescriptor descriptor, List<Route> routes) {
    List<RemoteBuffer> buffers = new ArrayList<>();
    for (ClassicBuffer buffer : descriptor.buffers()) {
      buffers.add(
          new RemoteBuffer(
              segment,
              buffer.name(),
              space(descriptor, buffer),
              buffer.address(),
              buffer.length()));
    }
    for (Route route : routes) {
      addUnlisted(buffers, segment, route);
    }
    return List.copyOf(buffers);
  }

  private AddressSpace space(ClassicDescriptor descriptor, ClassicBuffer buffer) {
    String protocol = descriptor.protocolOf(buffer);
    return transports.stream()
        .map(InstalledTransport::description)
        .filter(it -> it.classicForm().stream().anyMatch(form -> form.protocol().equals(protocol)))
        .map(it -> it.addressSpace())
        .findFirst()
        .orElseGet(() -> ClassicDescriptor.space(protocol));
  }

  private static void addUnlisted(List<RemoteBuffer> buffers, PeerSegment segment, Route route) {
    AddressSpace space = route.via().description().addressSpace();
    List<RemoteBuffer> unlisted = new ArrayList<>();
    EntryTable listed =
        new EntryTable(
            buffers.stream()
                .filter(buffer -> buffer.space() == space)
                .map(
                    it ->
                        new RemoteEntry(
                            it.name(), it.address(), it.length(), Attributes.emptyMap()))
                .toList());
    for (RemoteEntry entry : route.entries().entries()) {
      if (!listed.covers(entry.address(), entry.length())) {
        unlisted.add(
            new RemoteBuffer(segment, entry.name(), space, entry.address(), entry.length()));
      }
    }
    buffers.addAll(unlisted);
  }
}
