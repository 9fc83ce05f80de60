package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;
import io.mooncake4j.spi.TransportContext;
import java.util.concurrent.TimeUnit;

/**
 * The way to one peer: a link that is made when it is needed, again when the peer has been
 * replaced, and not for a while when that has failed. Safe from any thread.
 */
final class ShmPeer implements AutoCloseable {
  private static final long COOL_DOWN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private record Refusal(long generation, long until, MooncakeException cause) {}

  private final Peer peer;
  private final TransportContext context;
  private final Host here;
  private final ShmOptions options;
  private final ShmMetrics metrics;
  private volatile PeerLink link;
  private volatile long generation;
  private volatile Refusal refusal;
  private boolean closed;

  ShmPeer(Peer peer, TransportContext context, Host here, ShmOptions options, ShmMetrics metrics) {
    this.peer = peer;
    this.context = context;
    this.here = here;
    this.options = options;
    this.metrics = metrics;
  }

  /**
   * Enters the link to the peer.
   *
   * @return the link, to be left with {@link PeerLink#exit}
   * @throws MooncakeException when the peer cannot be reached
   */
  PeerLink enter() {
    PeerLink present = link;
    if (present != null && generation == peer.generation() && present.enter()) {
      if (present.isOwnerAlive(context.nanoTime())) {
        return present;
      }
      present.exit();
      throw lost(present);
    }
    return connect();
  }

  private MooncakeException lost(PeerLink dead) {
    synchronized (this) {
      if (link == dead) {
        link = null;
      }
    }
    dead.close();
    return dead.ended();
  }

  private PeerLink connect() {
    Refusal known = refusal;
    if (known != null
        && known.generation() == peer.generation()
        && context.nanoTime() - known.until() < 0) {
      throw new MooncakeException(known.cause().code(), known.cause().getMessage(), known.cause());
    }
    // Not under the lock: the engine may wait for its metadata store.
    PeerDescriptor descriptor = context.descriptor(peer, false);
    try {
      return link(descriptor);
    } catch (MooncakeException e) {
      throw refused(descriptor, e);
    } catch (RuntimeException | Error e) {
      // Whatever it is: callers have slices, which nobody else would complete.
      String what = "the memory of " + peer.name() + " cannot be mapped: " + e;
      throw refused(descriptor, new MooncakeException(ErrorCode.INTERNAL, what, e));
    }
  }

  private MooncakeException refused(PeerDescriptor descriptor, MooncakeException cause) {
    refusal = new Refusal(descriptor.generation(), context.nanoTime() + COOL_DOWN_NANOS, cause);
    return cause;
  }

  private synchronized PeerLink link(PeerDescriptor descriptor) {
    if (closed) {
      throw new MooncakeException(ErrorCode.LINK_BROKEN, released(peer));
    }
    ShmAddress address = ShmAddress.of(descriptor.extension());
    PeerLink present = link;
    boolean same =
        present != null
            && present.address().equals(address)
            && present.isOwnerAlive(context.nanoTime());
    if (!same) {
      if (present != null) {
        link = null;
        present.close();
      }
      present = PeerLink.open(address, here, options, metrics, context.nanoTime());
      link = present;
    }
    generation = descriptor.generation();
    if (!present.enter()) {
      throw new MooncakeException(ErrorCode.LINK_BROKEN, peer.name() + " has just gone");
    }
    return present;
  }

  /** What is said when the engine lets go of a peer. */
  static String released(Peer peer) {
    return "the process that was " + peer.name() + " is gone, or another has taken its place";
  }

  /** Unmaps what the peer has revoked, and everything once it has died. */
  void sweep() {
    PeerLink present = link;
    if (present == null || !present.enter()) {
      return;
    }
    try {
      if (present.isOwnerAlive(context.nanoTime())) {
        present.sweep();
        return;
      }
    } finally {
      present.exit();
    }
    var unused = lost(present);
  }

  /** How many regions of the peer are mapped. */
  int mappings() {
    PeerLink present = link;
    return present == null ? 0 : present.mappings();
  }

  /** Whether its control area is mapped. */
  boolean isLinked() {
    return link != null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    PeerLink present = link;
    link = null;
    if (present != null) {
      present.close();
    }
  }
}
