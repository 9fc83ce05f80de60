package io.mooncake4j.core.local;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies between regions of one engine. Short copies are made by the submitting thread, which finds
 * them completed when it returns; the rest by the threads of a {@link CopyQueue}. A read and a
 * write of ranges that overlap move the bytes as if all were read before the first is written.
 */
final class LocalTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(LocalTransport.class);
  private static final int MOST_THREADS = 4;

  private final TransportContext context;
  private final long directBytes;
  private final long parallelBytes;
  private final CopyQueue queue;

  /** Held for reading during a copy by a submitting thread, for which nothing else is noted. */
  private final StampedLock direct = new StampedLock();

  private volatile boolean closed;

  LocalTransport(TransportContext context) {
    this.context = context;
    Options options = context.options();
    directBytes = options.get(LocalOptions.DIRECT_BYTES);
    parallelBytes = options.get(LocalOptions.PARALLEL_BYTES);
    queue = new CopyQueue(context.segmentName(), threads(options), parallelBytes);
  }

  private static int threads(Options options) {
    int wanted = options.get(LocalOptions.THREADS);
    return wanted > 0 ? wanted : Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  @Override
  public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    return regions.stream()
        .map(
            region ->
                region.remoteAccessible()
                    ? List.of(PublishedEntry.of(region.address(), region.length()))
                    : List.<PublishedEntry>of())
        .toList();
  }

  /** {@inheritDoc} The index of regions has forgotten them already, and each copy asks it. */
  @Override
  public void withdraw(List<LocalRegion> regions) {}

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    return directCopiesEnd(deadlineNanos) && queue.awaitNone(regions, left(deadlineNanos))
        ? Quiescence.QUIET
        : Quiescence.BUSY;
  }

  private long left(long deadlineNanos) {
    return deadlineNanos - context.nanoTime();
  }

  /** Waits until those are through that began before, because later ones do not get the region. */
  private boolean directCopiesEnd(long deadlineNanos) {
    try {
      long stamp = direct.tryWriteLock(Math.max(0, left(deadlineNanos)), TimeUnit.NANOSECONDS);
      if (stamp == 0) {
        return false;
      }
      direct.unlockWrite(stamp);
      return true;
    } catch (InterruptedException e) {
      // The next time round the engine asks again; it holds the memory until then.
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Advertisement advertise() {
    return Advertisement.EMPTY;
  }

  @Override
  public long maxSliceBytes() {
    return LocalRegion.MAX_WINDOW_RANGE;
  }

  @Override
  public void submit(Slice[] slices, int from, int to) {
    long left = directBytes;
    for (int i = from; i < to; i++) {
      Slice slice = slices[i];
      long length = slice.length();
      if (!isForUs(slice)) {
        slice.fail(
            ErrorCode.UNSUPPORTED_TRANSPORT,
            false,
            slice.peer().name() + " is another engine's segment, which no local copy reaches");
      } else if (length <= left && length < parallelBytes) {
        left -= length;
        copyNow(slice);
      } else {
        copyLater(slice);
      }
    }
  }

  private boolean isForUs(Slice slice) {
    Peer peer = slice.peer();
    return peer.isSelf() || peer.name().equals(context.segmentName());
  }

  private void copyNow(Slice slice) {
    ErrorCode problem = null;
    long stamp = direct.readLock();
    try {
      LocalRegion target = closed ? null : target(slice);
      if (target == null) {
        problem = closed ? ErrorCode.CLOSED : ErrorCode.PEER_REJECTED_ADDRESS;
      } else {
        copy(slice, target);
      }
    } catch (RuntimeException | Error e) {
      // Such as memory behind a file that has been cut short meanwhile.
      LOG.error("a copy within the engine failed", e);
      problem = ErrorCode.INTERNAL;
    } finally {
      direct.unlockRead(stamp);
    }
    // Without the lock: whoever waits for the slice may call back.
    if (problem == null) {
      slice.succeed();
    } else {
      fail(slice, problem);
    }
  }

  private LocalRegion target(Slice slice) {
    return context.regions().acquire(slice.remoteAddress(), slice.length());
  }

  private static void copy(Slice slice, LocalRegion target) {
    try {
      long remote = slice.remoteAddress() - target.address();
      long local = slice.localOffset();
      if (slice.opcode() == OpCode.READ) {
        MemoryMove.all(target, remote, slice.region(), local, slice.length());
      } else {
        MemoryMove.all(slice.region(), local, target, remote, slice.length());
      }
    } finally {
      target.release();
    }
  }

  private void copyLater(Slice slice) {
    LocalRegion target = closed ? null : target(slice);
    if (target == null) {
      fail(slice, closed ? ErrorCode.CLOSED : ErrorCode.PEER_REJECTED_ADDRESS);
    } else if (!queue.add(slice, target)) {
      target.release();
      fail(slice, ErrorCode.CLOSED);
    }
  }

  private static void fail(Slice slice, ErrorCode code) {
    switch (code) {
      case CLOSED -> slice.fail(code, false, "the engine is closed");
      case PEER_REJECTED_ADDRESS ->
          slice.fail(code, false, "the range is not, or no longer, registered with this engine");
      default -> slice.fail(code, slice.opcode() == OpCode.WRITE, "it cannot be copied");
    }
  }

  @Override
  public void cancel(Slice slice, ErrorCode reason) {
    queue.cancel(slice, reason);
  }

  @Override
  public Attributes accept(Attributes request) {
    throw new MooncakeException(
        ErrorCode.NOT_IMPLEMENTED, LocalTransportProvider.NAME + " takes no handshakes");
  }

  /** {@inheritDoc} Nothing is kept: the only peer is the engine itself. */
  @Override
  public void release(Peer peer) {}

  @Override
  public void close() {
    closed = true;
    // Direct copies under way end first.
    direct.unlockWrite(direct.writeLock());
    queue.close();
  }
}
