package io.mooncake4j.core.segment;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** An open segment: the user's view and the transports' key for it. */
public final class PeerSegment implements Segment, Peer {
  private final SegmentCache cache;
  private final String name;
  private final boolean self;

  /** The fetch under way, so that many callers cause one. */
  final AtomicReference<Fetch> fetch = new AtomicReference<>();

  /** When the present snapshot was fetched. */
  volatile long fetchedNanos;

  /** Whether a fetch has failed as it does when nobody is there, and nobody has looked since. */
  final AtomicBoolean lost = new AtomicBoolean();

  final AtomicBoolean renewing = new AtomicBoolean();

  private volatile SegmentSnapshot snapshot;

  PeerSegment(SegmentCache cache, String name, boolean self) {
    this.cache = cache;
    this.name = name;
    this.self = self;
  }

  SegmentSnapshot snapshot() {
    return snapshot;
  }

  void replace(SegmentSnapshot next) {
    snapshot = next;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<RemoteBuffer> buffers() {
    return snapshot.buffers();
  }

  @Override
  public List<String> transports() {
    return snapshot.routes().stream().map(route -> route.via().name()).toList();
  }

  @Override
  public void refresh() {
    cache.refresh(this, System.nanoTime());
  }

  @Override
  public boolean isSelf() {
    return self;
  }

  @Override
  public long generation() {
    return snapshot.generation();
  }

  /**
   * Returns the ways to the peer.
   *
   * @return best first
   */
  public List<Route> routes() {
    return snapshot.routes();
  }

  /**
   * Says whether an engine owns the segment. One whose address is missing from the metadata store
   * does all the same: its transports may know their way.
   *
   * @return false for files
   */
  public boolean isOwned() {
    SegmentSnapshot now = snapshot;
    return now.endpoint().exists()
        || now.descriptor().protocols().stream()
            .anyMatch(it -> ClassicDescriptor.space(it) != AddressSpace.FILE_OFFSET);
  }

  /**
   * Says whether an attempt to fetch the descriptor has failed as it does when nobody is there.
   *
   * @return true until a later attempt succeeds, or until {@link SegmentCache#forgetIfGone}
   */
  public boolean seemsLost() {
    return lost.get();
  }

  /**
   * Returns where the peer's handshake service answers.
   *
   * @return the endpoint
   */
  public Endpoint endpoint() {
    return snapshot.endpoint();
  }

  /**
   * Returns what the peer has published, as far as a transport is concerned.
   *
   * @param transportIndex the transport's place in the engine
   * @return the descriptor
   */
  public PeerDescriptor descriptorFor(int transportIndex) {
    return snapshot.forTransport(transportIndex);
  }

  /**
   * Says whether a segment was opened by an engine.
   *
   * @param owner the engine's cache
   * @return whether it was that one
   */
  public boolean belongsTo(SegmentCache owner) {
    return cache == owner;
  }

  @Override
  public String toString() {
    return "segment " + name;
  }
}
