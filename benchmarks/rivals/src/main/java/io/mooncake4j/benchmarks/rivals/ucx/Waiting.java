package io.mooncake4j.benchmarks.rivals.ucx;

import java.io.IOException;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpParams;
import org.openucx.jucx.ucp.UcpWorker;

/**
 * How both sides wait for the network: they ask UCX for progress some times in vain and then sleep
 * until UCX wakes them, so that more threads than processors do not starve each other.
 */
final class Waiting {
  private static final int SPINS = 200;

  private final UcpWorker worker;
  private int idle;

  Waiting(UcpWorker worker) {
    this.worker = worker;
  }

  /** The context that both sides use. */
  static UcpContext context() {
    return new UcpContext(
        new UcpParams().requestRmaFeature().requestWakeupFeature().setMtWorkersShared(true));
  }

  /** Lets UCX progress, or sleeps when there has been nothing to do for a while. */
  void progress() throws IOException {
    if (advance() != 0) {
      idle = 0;
    } else if (++idle > SPINS) {
      worker.waitForEvents();
      idle = 0;
    }
  }

  private int advance() throws IOException {
    try {
      return worker.progress();
    } catch (Exception e) {
      throw new IOException("UCX cannot progress: " + e, e);
    }
  }
}
