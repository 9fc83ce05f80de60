package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;

/**
 * A slice on its way, with all that is needed of it, so that the slice itself is touched only to
 * complete it. Pooled by its transport, whose lock guards every field while the flight is not
 * RUNNING; while it is, all but {@link #stop} belong to the transport's thread.
 */
final class Flight {
  enum State {
    FREE,
    QUEUED,
    RUNNING,
    PARKED
  }

  State state = State.FREE;

  /** Tells this journey from others of the same object; 0 while it is free. */
  long ticket;

  Flight previous;
  Flight next;
  Flight nextQueued;

  /** Null for bytes on the wire whose slice has completed. */
  Slice slice;

  OpCode opcode;
  LocalRegion region;
  long localOffset;
  long length;
  Peer peer;
  RemoteEntry entry;
  long remoteAddress;

  long copied;
  boolean started;
  boolean lands;
  Fault fault;
  Stall stall;
  Link link;
  SimulatedNode.Served held;

  /** Set when the flight is to fail as soon as its thread lets go of it. */
  ErrorCode stop;

  void board(Slice from) {
    slice = from;
    opcode = from.opcode();
    region = from.region();
    localOffset = from.localOffset();
    length = from.length();
    peer = from.peer();
    entry = from.entry();
    remoteAddress = from.remoteAddress();
  }

  /** Takes over what is left of a write, with the bytes of this moment. */
  static Flight landingOf(Flight write) {
    Flight ghost = new Flight();
    ghost.opcode = OpCode.WRITE;
    ghost.length = write.length - write.copied;
    ghost.region =
        ScratchRegion.copyOf(write.region, write.localOffset + write.copied, ghost.length);
    ghost.peer = write.peer;
    ghost.entry = write.entry;
    ghost.remoteAddress = write.remoteAddress + write.copied;
    ghost.started = true;
    return ghost;
  }

  /** Whether bytes of it may be in the remote memory, or get there. */
  boolean mayStillLand() {
    return opcode == OpCode.WRITE && (copied > 0 || lands);
  }

  void clear() {
    ticket = 0;
    state = State.FREE;
    slice = null;
    region = null;
    peer = null;
    entry = null;
    copied = 0;
    started = false;
    lands = false;
    fault = null;
    stall = null;
    link = null;
    held = null;
    stop = null;
  }

  @Override
  public String toString() {
    return opcode
        + " of "
        + length
        + " bytes at 0x"
        + Long.toHexString(remoteAddress)
        + " of "
        + (peer == null ? "nobody" : peer.name());
  }
}
