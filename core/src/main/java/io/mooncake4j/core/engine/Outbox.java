package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport.Progress;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slices on their way to transports, collected so that a batch makes one call per transport. Used
 * by one thread at a time and kept for reuse.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final List<InstalledTransport> transports;
  private final Slice[][] slices;
  private final int[] counts;

  /** Where the last slices went, for a thread that waits for them; null: nowhere that helps. */
  private volatile InstalledTransport lastVia;

  private volatile Peer lastPeer;

  Outbox(List<InstalledTransport> transports) {
    this.transports = transports;
    this.slices = new Slice[transports.size()][16];
    this.counts = new int[transports.size()];
  }

  void add(int transport, Slice slice) {
    if (counts[transport] == slices[transport].length) {
      slices[transport] = Arrays.copyOf(slices[transport], counts[transport] * 2);
    }
    slices[transport][counts[transport]++] = slice;
  }

  /** Hands everything over and is empty again. */
  void flush() {
    boolean more;
    do {
      more = flushNext();
    } while (more);
  }

  /** Hands over what is for one transport; false when there was nothing. */
  boolean flushNext() {
    for (int i = 0; i < counts.length; i++) {
      int count = counts[i];
      if (count > 0) {
        counts[i] = 0;
        lastPeer = slices[i][count - 1].peer();
        lastVia = transports.get(i);
        submit(transports.get(i), slices[i], count);
        return true;
      }
    }
    return false;
  }

  /** Lets the calling thread help with the slices that were handed over last. */
  Progress progress() {
    InstalledTransport via = lastVia;
    if (via == null) {
      return Progress.NOT_SOON;
    }
    try {
      return via.transport().progress(lastPeer);
    } catch (RuntimeException | Error e) {
      lastVia = null;
      LOG.error("transport {} threw from progress; this is a defect in the plugin", via.name(), e);
      return Progress.NOT_SOON;
    }
  }

  private static void submit(InstalledTransport via, Slice[] slices, int count) {
    try {
      via.transport().submit(slices, 0, count);
    } catch (RuntimeException | Error e) {
      LOG.error("transport {} threw from submit; this is a defect in the plugin", via.name(), e);
      for (int i = 0; i < count; i++) {
        withdraw((TransferSlice) slices[i], via, e);
      }
    }
  }

  /** Ends a slice of which nobody knows whether the transport has it. */
  private static void withdraw(TransferSlice slice, InstalledTransport via, Throwable why) {
    if (slice.isFlying()) {
      slice.cancel(ErrorCode.TIMEOUT);
    }
    if (slice.isFlying()) {
      slice.fail(ErrorCode.INTERNAL, true, via.name() + " threw " + why);
    }
  }
}
