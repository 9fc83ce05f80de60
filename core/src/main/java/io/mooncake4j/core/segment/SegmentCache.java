package io.mooncake4j.core.segment;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.core.classic.ClassicBuffer;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.ClassicKeys;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open segments of one engine. Network calls are made without a lock that look-ups take; many
 * callers that want the same segment cause one fetch.
 */
public final class SegmentCache {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentCache.class);

  /** What a fetch says when no engine of that name is running. */
  private static final Set<ErrorCode> GONE =
      EnumSet.of(ErrorCode.SOCKET, ErrorCode.DNS, ErrorCode.METADATA);

  private static final long ANY_AGE = Long.MAX_VALUE / 2;

  private final ConcurrentMap<String, PeerSegment> open = new ConcurrentHashMap<>();
  private final Directory directory;
  private final RouteFinder finder;
  private final List<InstalledTransport> transports;
  private final LocalSegment local;
  private final Endpoint own;
  private final Predicate<Endpoint> answers;

  /**
   * Makes an empty cache.
   *
   * @param directory where descriptors come from
   * @param exchange asks Java peers for entries that are not in their descriptors
   * @param transports the installed transports, best first
   * @param local the engine's own segment, which is found here and nowhere else
   * @param own where the engine itself answers
   * @param answers whether an engine answers somewhere; may take its time
   */
  public SegmentCache(
      Directory directory,
      EntryExchange exchange,
      List<InstalledTransport> transports,
      LocalSegment local,
      Endpoint own,
      Predicate<Endpoint> answers) {
    this.directory = directory;
    this.transports = List.copyOf(transports);
    this.finder = new RouteFinder(this.transports, local, exchange);
    this.local = local;
    this.own = own;
    this.answers = answers;
  }

  /**
   * Opens a segment, or returns it if it is open.
   *
   * @param requested its name; leading slashes are dropped
   * @return the segment
   * @throws MooncakeException when it is not found or its descriptor is not valid
   */
  public PeerSegment open(String requested) {
    String name = ClassicKeys.segmentName(requested);
    if (name.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "a segment needs a name; in peer-to-peer mode host:port");
    }
    PeerSegment segment =
        open.computeIfAbsent(name, key -> new PeerSegment(this, key, key.equals(local.name())));
    return segment.snapshot() == null ? opened(segment) : segment;
  }

  private PeerSegment opened(PeerSegment segment) {
    try {
      refresh(segment, System.nanoTime() - ANY_AGE);
    } catch (MooncakeException e) {
      if (segment.snapshot() == null) {
        open.remove(segment.name(), segment);
      }
      throw e;
    }
    // Somebody whose attempt failed may have taken it out in between.
    PeerSegment present = open.putIfAbsent(segment.name(), segment);
    return present == null || present.snapshot() == null ? segment : present;
  }

  /**
   * Fetches a segment's descriptor, unless another thread has done so since.
   *
   * @param segment the segment
   * @param sinceNanos a fetch that began later than this will do
   * @throws MooncakeException when it cannot be fetched; the old descriptor stays
   */
  public void refresh(PeerSegment segment, long sinceNanos) {
    while (true) {
      Fetch mine = new Fetch();
      Fetch running = segment.fetch.compareAndExchange(null, mine);
      if (running == null) {
        run(segment, mine, sinceNanos);
        mine.requireSuccess();
        return;
      }
      running.await();
      if (running.serves(sinceNanos)) {
        running.requireSuccess();
        return;
      }
    }
  }

  /**
   * Fetches a segment's descriptor in the background, once for all who ask while that is under way.
   *
   * @param segment one whose descriptor has turned out to be out of date
   * @param blocking runs the fetch
   * @throws java.util.concurrent.RejectedExecutionException when the executor is closed
   */
  public void renew(PeerSegment segment, Executor blocking) {
    if (segment.renewing.compareAndSet(false, true)) {
      try {
        blocking.execute(() -> renewNow(segment));
      } catch (RejectedExecutionException e) {
        segment.renewing.set(false);
        throw e;
      }
    }
  }

  private void renewNow(PeerSegment segment) {
    try {
      refresh(segment, System.nanoTime());
    } catch (MooncakeException e) {
      LOG.debug("no news of {}", segment.name(), e);
    } finally {
      segment.renewing.set(false);
    }
  }

  private void run(PeerSegment segment, Fetch fetch, long sinceNanos) {
    MooncakeException failure =
        new MooncakeException(ErrorCode.INTERNAL, "fetching " + segment.name() + " was broken off");
    try {
      if (segment.snapshot() == null || segment.fetchedNanos - sinceNanos < 0) {
        fetch(segment);
        segment.fetchedNanos = fetch.beganNanos();
      }
      segment.lost.set(false);
      failure = null;
    } catch (MooncakeException e) {
      if (GONE.contains(e.code())) {
        segment.lost.set(true);
      }
      failure = e;
    } catch (RuntimeException e) {
      failure =
          new MooncakeException(
              ErrorCode.INTERNAL, "cannot fetch segment " + segment.name() + ": " + e, e);
    } finally {
      segment.fetch.set(null);
      fetch.end(failure);
    }
  }

  private void fetch(PeerSegment segment) {
    Directory.Found found =
        segment.isSelf()
            ? new Directory.Found(local.descriptor(), own)
            : directory.find(segment.name());
    SegmentSnapshot old = segment.snapshot();
    boolean same =
        old != null
            && old.descriptor().equals(found.descriptor())
            && old.endpoint().equals(found.endpoint());
    long generation = old == null ? 1 : same ? old.generation() : old.generation() + 1;
    RouteFinder.Ways ways = finder.find(segment, found, generation, same ? old.unreached() : null);
    if (old != null && isAnotherProcess(old.descriptor(), found.descriptor())) {
      LOG.info("segment {} has a new engine", segment.name());
      // Before anybody sees the new descriptor, so that only what goes to the old engine fails.
      transports.forEach(it -> it.release(segment));
    }
    segment.replace(
        new SegmentSnapshot(
            generation,
            found.descriptor(),
            found.endpoint(),
            ways.routes(),
            ways.unreached(),
            buffers(segment, found.descriptor(), ways.routes())));
  }

  private static boolean isAnotherProcess(ClassicDescriptor old, ClassicDescriptor now) {
    return !JavaMember.engineOf(old.extension()).equals(JavaMember.engineOf(now.extension()));
  }

  /**
   * Forgets a segment that seems lost if its engine does not answer either: transports drop what
   * they keep for it, and opening it again makes a new one. Does nothing otherwise, such as when
   * only the metadata store is down.
   *
   * @param segment one that a transfer has just failed to reach
   */
  public void forgetIfGone(PeerSegment segment) {
    if (segment.lost.compareAndSet(true, false) && !answers.test(segment.endpoint())) {
      LOG.info("segment {} is forgotten: its engine is gone", segment.name());
      open.remove(segment.name(), segment);
      transports.forEach(it -> it.release(segment));
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
