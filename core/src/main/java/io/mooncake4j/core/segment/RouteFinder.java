package io.mooncake4j.core.segment;

import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicBuffer;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PeerDescriptor;
import io.mooncake4j.spi.RemoteEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the ways to a peer that its descriptor and the installed transports offer. */
final class RouteFinder {
  private static final Logger LOG = LoggerFactory.getLogger(RouteFinder.class);

  private final List<InstalledTransport> transports;
  private final LocalSegment local;
  private final EntryExchange exchange;

  RouteFinder(List<InstalledTransport> transports, LocalSegment local, EntryExchange exchange) {
    this.transports = transports;
    this.local = local;
    this.exchange = exchange;
  }

  /**
   * What was found.
   *
   * @param routes best first
   * @param unreached places of the transports that the peer has too and that do not reach it
   */
  record Ways(List<Route> routes, Set<Integer> unreached) {}

  /**
   * Finds the ways to a peer.
   *
   * @param segment the peer's
   * @param found its descriptor
   * @param generation of the descriptor
   * @param known what the transports have said of this generation, or null to ask them
   * @throws MooncakeException when there is none, and one could not be found out about
   */
  Ways find(PeerSegment segment, Directory.Found found, long generation, Set<Integer> known) {
    List<Route> routes = new ArrayList<>();
    Set<Integer> unreached = new HashSet<>();
    MooncakeException unknown = null;
    for (InstalledTransport transport : transports) {
      if (!transport.isPublished()) {
        if (segment.isSelf()) {
          routes.add(ownRoute(transport));
        }
        continue;
      }
      try {
        Attributes extension = extensionFor(segment, found.descriptor(), transport);
        if (extension == null) {
          continue;
        }
        PeerDescriptor peer =
            SegmentSnapshot.descriptor(generation, found.descriptor(), found.endpoint(), extension);
        if (isReached(segment, transport, peer, known)) {
          routes.add(new Route(transport, entries(segment, found, transport), extension));
        } else {
          unreached.add(transport.index());
        }
      } catch (MooncakeException e) {
        LOG.warn(
            "no way to {} by {} for now: {}", segment.name(), transport.name(), e.getMessage());
        unknown = e;
      }
    }
    if (routes.isEmpty() && unknown != null) {
      throw unknown;
    }
    return new Ways(List.copyOf(routes), Set.copyOf(unreached));
  }

  /** What only this engine can use is in no descriptor, its own included. */
  private Route ownRoute(InstalledTransport transport) {
    EntryTable entries = new EntryTable(local.entriesOf(transport.name()).entries());
    return new Route(transport, entries, Attributes.emptyMap());
  }

  private static boolean isReached(
      PeerSegment segment, InstalledTransport transport, PeerDescriptor peer, Set<Integer> known) {
    if (segment.isSelf()) {
      return true;
    }
    return known == null ? transport.reaches(peer) : !known.contains(transport.index());
  }

  /** What the peer's transport says of itself: empty for C++ peers, null when it has none. */
  private static Attributes extensionFor(
      PeerSegment segment, ClassicDescriptor descriptor, InstalledTransport transport) {
    if (!transport.isPublished()) {
      // What only this engine can use is in no descriptor, its own included.
      return segment.isSelf() ? Attributes.emptyMap() : null;
    }
    Attributes section = JavaMember.sectionOf(descriptor.extension(), transport.name());
    if (section != null) {
      return JavaMember.attributesOf(section);
    }
    boolean classic =
        transport.description().classicForm().stream()
            .anyMatch(form -> descriptor.protocols().contains(form.protocol()));
    return classic && !JavaMember.isPresent(descriptor.extension()) ? Attributes.emptyMap() : null;
  }

  private EntryTable entries(
      PeerSegment segment, Directory.Found found, InstalledTransport transport) {
    ClassicDescriptor descriptor = found.descriptor();
    if (!transport.isPublished()) {
      return new EntryTable(local.entriesOf(transport.name()).entries());
    }
    Attributes section = JavaMember.sectionOf(descriptor.extension(), transport.name());
    if (section == null || JavaMember.entriesAreClassic(section)) {
      return classicEntries(descriptor, transport);
    }
    return new EntryTable(
        segment.isSelf()
            ? local.entriesOf(transport.name()).entries()
            : exchange.fetch(found.endpoint(), transport.name()));
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
}
