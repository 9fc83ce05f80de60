package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of a request on its way through one transport. Made once per place in a task and reused.
 */
final class TransferSlice implements Slice {
  private static final Logger LOG = LoggerFactory.getLogger(TransferSlice.class);
  private static final AtomicIntegerFieldUpdater<TransferSlice> STATE =
      AtomicIntegerFieldUpdater.newUpdater(TransferSlice.class, "state");
  private static final int IDLE = 0;
  private static final int FLYING = 1;
  private static final int SUCCEEDED = 2;
  private static final int FAILED = 3;
  private static final int ABANDONED = 4;

  private final TransferTask task;
  private InstalledTransport via;
  private RemoteEntry entry;
  private long offset;
  private long length;
  private volatile int state = IDLE;

  TransferSlice(TransferTask task) {
    this.task = task;
  }

  /** Prepares the slice for a flight: {@code offset} is relative to the request. */
  void prepare(InstalledTransport transport, RemoteEntry remote, long start, long bytes) {
    via = transport;
    entry = remote;
    offset = start;
    length = bytes;
    // Whoever is to see it learns of it from the transport or through the task.
    STATE.lazySet(this, FLYING);
  }

  void clear() {
    state = IDLE;
    entry = null;
  }

  boolean isFlying() {
    return state == FLYING;
  }

  long arrivedBytes() {
    return state == SUCCEEDED ? length : 0;
  }

  void cancel(ErrorCode reason) {
    try {
      via.transport().cancel(this, reason);
    } catch (RuntimeException | Error e) {
      LOG.error("transport {} threw from cancel; this is a defect in the plugin", via.name(), e);
    }
  }

  /**
   * Stops waiting for the transport, which may still touch the memory: the region is held until it
   * lets go.
   */
  void abandon() {
    if (STATE.compareAndSet(this, FLYING, ABANDONED)) {
      LOG.error(
          "transport {} does not stop a slice whose time is up; this is a defect in the plugin,"
              + " and {} is held until it does",
          via.name(),
          task.region());
      task.region().acquireAgain();
      task.sliceFailed(ErrorCode.TIMEOUT, true, via.name() + " did not stop");
    }
  }

  @Override
  public OpCode opcode() {
    return task.opcode();
  }

  @Override
  public LocalRegion region() {
    return task.region();
  }

  @Override
  public long localOffset() {
    return task.localOffset() + offset;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Peer peer() {
    return task.segment();
  }

  @Override
  public RemoteEntry entry() {
    return entry;
  }

  @Override
  public long remoteAddress() {
    return task.target() + offset;
  }

  @Override
  public long deadlineNanos() {
    return task.deadlineNanos();
  }

  @Override
  public void succeed() {
    if (land(SUCCEEDED)) {
      task.sliceSucceeded();
    }
  }

  @Override
  public void fail(ErrorCode code, boolean mayStillLand, String detail) {
    if (land(FAILED)) {
      task.sliceFailed(code == null ? ErrorCode.INTERNAL : code, mayStillLand, detail);
    }
  }

  private boolean land(int outcome) {
    if (STATE.compareAndSet(this, FLYING, outcome)) {
      return true;
    }
    if (STATE.compareAndSet(this, ABANDONED, outcome)) {
      task.region().release();
      return false;
    }
    LOG.error(
        "transport {} completed a slice twice; this is a defect in the plugin, the second"
            + " completion is ignored",
        via.name());
    return false;
  }
}
