package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.TransportContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out slices by copying, in the calling thread. Consecutive short slices of one region are
 * a run: they are announced to the owner together, and completed together.
 *
 * <p>Safe from any thread; for a link that the thread has entered.
 */
final class Copier {
  private static final Logger LOG = LoggerFactory.getLogger(Copier.class);

  /** A run of so little delays neither the end of its first slice nor a withdrawal. */
  private static final long RUN_BYTES = 64 << 10;

  private static final int RUN_SLICES = 64;

  private final TransportContext context;
  private final ShmMetrics metrics;

  Copier(TransportContext context, ShmMetrics metrics) {
    this.context = context;
    this.metrics = metrics;
  }

  /** Carries out slices; completes each in any case. */
  void copy(PeerLink link, Slice[] slices, int from, int to) {
    for (int i = from; i < to; ) {
      i = copyRun(link, slices, i, endOfRun(slices, i, to));
    }
  }

  @SuppressWarnings("ReferenceEquality") // Equal entries that are two objects are two runs.
  private static int endOfRun(Slice[] slices, int from, int to) {
    RemoteEntry entry = slices[from].entry();
    long bytes = slices[from].length();
    int most = Math.min(to, from + RUN_SLICES);
    int end = from + 1;
    while (end < most && slices[end].entry() == entry) {
      bytes += slices[end].length();
      if (bytes > RUN_BYTES) {
        break;
      }
      end++;
    }
    return end;
  }

  /** Carries out a run up to the first slice that is refused; returns the first that is left. */
  private int copyRun(PeerLink link, Slice[] slices, int from, int to) {
    int next = from;
    long now = 0;
    MooncakeException refusal = null;
    try {
      RemoteRegion region = link.enter(slices[from].entry());
      try {
        int lane = link.announce(region);
        try {
          requireTouchable(link, region);
          for (; next < to; next++) {
            copy(region, slices[next]);
          }
        } finally {
          link.leave(lane);
        }
      } finally {
        now = context.nanoTime();
        region.used(now);
        region.exit();
      }
    } catch (MooncakeException e) {
      refusal = e;
    } catch (RuntimeException | Error e) {
      return giveUp(slices, from, Math.min(next + 1, to), e);
    }
    if (next > from) {
      complete(link, slices, from, next, now);
    }
    if (refusal != null && next < to) {
      slices[next++].fail(refusal.code(), false, refusal.getMessage());
    }
    return next;
  }

  /**
   * Fails slices of which one could not be copied. Which one is not certain: the JVM may report
   * that memory is gone (a mapped file that was cut) some time after the access.
   */
  private static int giveUp(Slice[] slices, int from, int to, Throwable why) {
    LOG.error("{} slices could not be copied", to - from, why);
    for (int i = from; i < to; i++) {
      boolean write = slices[i].opcode() == OpCode.WRITE;
      slices[i].fail(ErrorCode.MEMORY, write, "copying failed: " + why);
    }
    return to;
  }

  private void requireTouchable(PeerLink link, RemoteRegion region) {
    if (!link.mayTouch(region)) {
      metrics.rejections().add(1);
      link.drop(region);
      throw PeerLink.revoked();
    }
  }

  private void copy(RemoteRegion region, Slice slice) {
    long offset = region.offsetOf(slice.remoteAddress(), slice.length());
    if (offset < 0) {
      metrics.rejections().add(1);
      throw PeerLink.revoked();
    }
    region.copy(slice, slice.opcode(), offset, slice.length());
  }

  /** Completes slices that are copied. The owner is looked for now: a copy may take long. */
  private void complete(PeerLink link, Slice[] slices, int from, int to, long now) {
    if (!link.isOwnerAlive(now)) {
      MooncakeException ended = link.ended();
      for (int i = from; i < to; i++) {
        slices[i].fail(ended.code(), false, ended.getMessage());
      }
      return;
    }
    // Counted before anybody is told of the end.
    count(slices, from, to);
    for (int i = from; i < to; i++) {
      slices[i].succeed();
    }
  }

  private void count(Slice[] slices, int from, int to) {
    long read = 0;
    long written = 0;
    for (int i = from; i < to; i++) {
      if (slices[i].opcode() == OpCode.READ) {
        read += slices[i].length();
      } else {
        written += slices[i].length();
      }
    }
    if (read > 0) {
      metrics.readBytes().add(read);
    }
    if (written > 0) {
      metrics.writtenBytes().add(written);
    }
  }
}
