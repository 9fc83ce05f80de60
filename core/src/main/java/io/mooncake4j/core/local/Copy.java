package io.mooncake4j.core.local;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Slice;
import java.util.function.BooleanSupplier;

/** One slice while threads copy it. Reused; the queue's lock guards what changes on the way. */
final class Copy implements BooleanSupplier {
  Slice slice;

  /** The region of the remote range, held. */
  LocalRegion target;

  /** Pieces in all, those somebody has begun, and those that are through. */
  int pieces;

  int begun;
  int done;

  /** Why it ends early, or null. Read between pieces without the lock. */
  volatile ErrorCode stopped;

  String detail;
  private LocalRegion source;
  private LocalRegion destination;
  private long from;
  private long to;
  private long length;
  private boolean whole;

  /** Takes on a slice whose remote range lies in an acquired region. */
  void prepare(Slice work, LocalRegion held, long parallelBytes) {
    slice = work;
    target = held;
    long remoteOffset = work.remoteAddress() - held.address();
    boolean reads = work.opcode() == OpCode.READ;
    source = reads ? held : work.region();
    from = reads ? remoteOffset : work.localOffset();
    destination = reads ? work.region() : held;
    to = reads ? work.localOffset() : remoteOffset;
    length = work.length();
    // The pieces of ranges that overlap must be moved in order.
    whole =
        length < parallelBytes
            || MemoryMove.overlap(source.address() + from, destination.address() + to, length);
    pieces = whole ? 1 : MemoryMove.pieces(length);
    begun = 0;
    done = 0;
    stopped = null;
    detail = null;
  }

  /** Copies one of the pieces. */
  void run(int piece) {
    if (whole) {
      MemoryMove.all(source, from, destination, to, length, this);
    } else {
      MemoryMove.piece(source, from, destination, to, length, piece);
    }
  }

  @Override
  public boolean getAsBoolean() {
    return stopped != null;
  }

  /** Completes the slice; nobody else may know the copy any more. */
  void complete() {
    if (stopped == null) {
      slice.succeed();
    } else {
      slice.fail(stopped, begun > 0 && slice.opcode() == OpCode.WRITE, detail);
    }
  }

  /** Forgets the slice, so that what is kept for reuse holds nothing. */
  void clear() {
    slice = null;
    target = null;
    source = null;
    destination = null;
    detail = null;
  }
}
