package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.plugins.shm.wire.ControlArea;
import io.mooncake4j.plugins.shm.wire.Token;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport through shared memory: a control area for peers, and what is mapped of theirs.
 *
 * <p>Safe from any thread. A submission copies a bounded amount itself; copy threads do the rest.
 * No lock is held while a slice is copied or completed.
 */
final class ShmTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(ShmTransport.class);

  private static final long LAST_PEERS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final TransportContext context;
  private final ShmOptions options;
  private final ShmMetrics metrics;
  private final Host here;
  private final SharedMemory memory;
  private final ServedRegions served;
  private final ShmAddress address;
  private final Copier copier;
  private final CopyThreads copyThreads;
  private final ConcurrentHashMap<Peer, ShmPeer> peers = new ConcurrentHashMap<>();
  private final ScheduledFuture<?> sweeper;
  private volatile boolean closed;

  ShmTransport(TransportContext context, Host here) {
    this.context = context;
    this.here = here;
    options = ShmOptions.of(context.options());
    metrics = ShmMetrics.of(context.metrics());
    int bytes = ControlArea.length(ServedRegions.MAX_REGIONS, options.maxPeers());
    memory = SharedMemory.create("mooncake4j-control", bytes);
    Token token = Token.random();
    ControlArea area =
        ControlArea.format(
            memory.memory().window(0, bytes),
            token,
            here.process(),
            ServedRegions.MAX_REGIONS,
            options.maxPeers());
    address = new ShmAddress(here, memory.descriptor(), token);
    served = new ServedRegions(area, context, options.processVm(), memory::close);
    copier = new Copier(context, metrics);
    copyThreads =
        new CopyThreads(
            "mooncake-shm-copy",
            options.effectiveCopyThreads(Runtime.getRuntime().availableProcessors()),
            options.maxQueuedSlices(),
            options.spinNanos(),
            this::copyQueued);
    long tick = options.sweepNanos();
    sweeper =
        context.executor().scheduleWithFixedDelay(this::sweep, tick, tick, TimeUnit.NANOSECONDS);
    context
        .metrics()
        .gauge("peers", () -> peers.values().stream().filter(ShmPeer::isLinked).count());
    context
        .metrics()
        .gauge("mappings", () -> peers.values().stream().mapToLong(ShmPeer::mappings).sum());
    context.metrics().gauge("queued.slices", copyThreads::queued);
    context.metrics().gauge("served.peers", served::peers);
  }

  private void sweep() {
    try {
      served.sweep();
      peers.values().forEach(ShmPeer::sweep);
    } catch (RuntimeException e) {
      // A task that throws is never run again.
      LOG.warn("looking for dead peers failed; it is tried again", e);
    }
  }

  @Override
  public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    List<List<PublishedEntry>> entries = new ArrayList<>();
    for (LocalRegion region : regions) {
      entries.add(served.register(region).map(List::of).orElse(List.of()));
    }
    return entries;
  }

  @Override
  public void withdraw(List<LocalRegion> regions) {
    served.withdraw(regions);
  }

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    return served.quiesce(regions, deadlineNanos);
  }

  @Override
  public Advertisement advertise() {
    return new Advertisement(Attributes.emptyMap(), address.attributes(), Set.of(), Set.of());
  }

  @Override
  public boolean reaches(PeerDescriptor peer) {
    if (peer.extension().asMap().isEmpty()) {
      return false;
    }
    try {
      return PeerLink.isPossible(ShmAddress.of(peer.extension()), here);
    } catch (MooncakeException e) {
      LOG.warn("{} is not reached through shared memory: {}", peer.segmentName(), e.getMessage());
      return false;
    }
  }

  @Override
  public long maxSliceBytes() {
    return options.sliceBytes();
  }

  @Override
  public void submit(Slice[] slices, int from, int to) {
    long budget = options.inlineBytes();
    for (int begin = from; begin < to; ) {
      Peer peer = slices[begin].peer();
      int end = begin + 1;
      while (end < to && slices[end].peer() == peer) {
        end++;
      }
      budget = submitTo(peer, slices, begin, end, budget);
      begin = end;
    }
  }

  /** Leaves to copy threads what exceeds the budget, then copies the rest; what is left of it. */
  private long submitTo(Peer peer, Slice[] slices, int from, int to, long budget) {
    long left = budget;
    ShmPeer known = known(peer);
    int mine = from;
    while (mine < to && slices[mine].length() <= left) {
      left -= slices[mine].length();
      mine++;
    }
    if (mine < to) {
      mine += copyThreads.add(slices, mine, to);
    }
    copyAll(known, slices, from, mine);
    return left;
  }

  /** Carries out the only slice of an array. */
  private void copyQueued(Slice[] one) {
    Slice slice = one[0];
    ShmPeer peer = peers.get(slice.peer());
    if (peer == null) {
      slice.fail(ErrorCode.LINK_BROKEN, false, ShmPeer.released(slice.peer()));
      return;
    }
    PeerLink link;
    try {
      link = enter(peer);
    } catch (MooncakeException e) {
      slice.fail(e.code(), false, e.getMessage());
      return;
    }
    try {
      copier.copy(link, one, 0, 1);
    } finally {
      link.exit();
    }
  }

  private void copyAll(ShmPeer peer, Slice[] slices, int from, int to) {
    if (from == to) {
      return;
    }
    PeerLink link;
    try {
      link = enter(peer);
    } catch (MooncakeException e) {
      for (int i = from; i < to; i++) {
        slices[i].fail(e.code(), false, e.getMessage());
      }
      return;
    }
    try {
      copier.copy(link, slices, from, to);
    } finally {
      link.exit();
    }
  }

  private ShmPeer known(Peer peer) {
    ShmPeer known = peers.get(peer);
    return known != null
        ? known
        : peers.computeIfAbsent(peer, key -> new ShmPeer(key, context, here, options, metrics));
  }

  private PeerLink enter(ShmPeer peer) {
    if (closed) {
      throw new MooncakeException(ErrorCode.CLOSED, "the engine is closed");
    }
    return peer.enter();
  }

  @Override
  public void cancel(Slice slice, ErrorCode reason) {
    // One that a thread has begun completes by itself: copying waits for nobody.
    if (copyThreads.remove(slice)) {
      slice.fail(reason, false, "it waited for a copy thread");
    }
  }

  @Override
  public Attributes accept(Attributes request) {
    throw new MooncakeException(
        ErrorCode.UNSUPPORTED_TRANSPORT, "the shm transport needs no handshake and answers none");
  }

  @Override
  public void release(Peer peer) {
    ShmPeer known = peers.remove(peer);
    if (known != null) {
      known.close();
    }
    // The user has closed nothing, so the engine is to try again with what it knows next.
    fail(
        copyThreads.removeIf(slice -> slice.peer() == peer),
        ErrorCode.LINK_BROKEN,
        ShmPeer.released(peer));
  }

  private static void fail(List<Slice> slices, ErrorCode code, String why) {
    slices.forEach(slice -> slice.fail(code, false, why));
  }

  @Override
  public void close() {
    synchronized (peers) {
      if (closed) {
        return;
      }
      closed = true;
    }
    sweeper.cancel(false);
    served.withdrawAll();
    fail(copyThreads.removeIf(slice -> true), ErrorCode.CLOSED, "the engine is closed");
    copyThreads.close();
    // A submission that came at the same time may have made a link that nobody else would close.
    peers.values().forEach(ShmPeer::close);
    // The memory of others that peers reach by process_vm_writev outlives this engine.
    if (served.quiesceAll(context.nanoTime() + LAST_PEERS_NANOS) != Quiescence.QUIET) {
      LOG.warn("a peer is still copying to or from this engine's memory, which is being closed");
    }
    served.close();
  }
}
