package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.plugins.shm.wire.RegionRecord;
import io.mooncake4j.spi.Slice;

/**
 * A peer's region, as far as this process reaches it. Safe from any thread; a use begins with
 * {@link #enter}.
 */
abstract class RemoteRegion extends Guard {
  private final int index;
  private final RegionRecord record;
  private volatile long lastUse;

  /**
   * For subclasses.
   *
   * @param index the region's record in the peer's control area
   * @param record what it says
   */
  RemoteRegion(int index, RegionRecord record) {
    this.index = index;
    this.record = record;
  }

  final int index() {
    return index;
  }

  final long key() {
    return record.key();
  }

  final long lastUse() {
    return lastUse;
  }

  final void used(long now) {
    lastUse = now;
  }

  /** Where a range begins in the region, or -1 when it is not wholly inside. */
  final long offsetOf(long address, long length) {
    long offset = address - record.address();
    boolean inside = offset >= 0 && length <= record.length() && offset <= record.length() - length;
    return inside ? offset : -1;
  }

  /**
   * Copies the bytes of a slice.
   *
   * @param offset where the remote range begins
   * @throws MooncakeException when nothing was copied, with {@link ErrorCode#ENDPOINT} where the
   *     peer's memory cannot be reached
   * @throws IllegalStateException when some may have been copied
   */
  abstract void copy(Slice slice, OpCode opcode, long offset, long length);
}
