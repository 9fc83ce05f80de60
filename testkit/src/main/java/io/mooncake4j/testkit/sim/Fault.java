package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import java.time.Duration;

/**
 * What happens to one slice instead of a plain copy. Immutable. But for {@link #flip}, none of the
 * faults corrupts bytes silently: a slice either succeeds with the right bytes or fails.
 */
public final class Fault {
  enum Kind {
    STALL,
    DELAY,
    FAIL,
    DROP_LINK,
    FLIP
  }

  private final Kind kind;
  private final long bytes;
  private final Stall stall;
  private final Duration delay;
  private final ErrorCode code;
  private final boolean mayStillLand;

  private Fault(
      Kind kind, long bytes, Stall stall, Duration delay, ErrorCode code, boolean mayStillLand) {
    this.kind = kind;
    this.bytes = bytes;
    this.stall = stall;
    this.delay = delay;
    this.code = code;
    this.mayStillLand = mayStillLand;
  }

  /**
   * Stalls the slice before its first byte until the stall is released; then it goes on, unless it
   * was timed out. What becomes of a write that was timed out is the stall's to say.
   *
   * @param stall holds the slice
   * @return the fault
   */
  public static Fault stall(Stall stall) {
    return stallAfter(0, stall);
  }

  /**
   * Stalls the slice after a part of its bytes, with the remote region in use.
   *
   * @param bytes how many are moved first
   * @param stall holds the slice
   * @return the fault
   */
  public static Fault stallAfter(long bytes, Stall stall) {
    return new Fault(Kind.STALL, bytes, stall, Duration.ZERO, null, false);
  }

  /**
   * Completes the slice late, but well.
   *
   * @param delay how late
   * @return the fault
   */
  public static Fault delay(Duration delay) {
    return new Fault(Kind.DELAY, 0, null, delay, null, false);
  }

  /**
   * Fails the slice before its first byte.
   *
   * @param code why
   * @param mayStillLand what to say of a write; a read says no in any case
   * @return the fault
   */
  public static Fault fail(ErrorCode code, boolean mayStillLand) {
    return new Fault(Kind.FAIL, 0, null, Duration.ZERO, code, mayStillLand);
  }

  /**
   * Fails the slice after a part of its bytes; a write says that it may still land.
   *
   * @param bytes how many are moved first; at least the slice's length for a copy that is whole but
   *     whose confirmation is lost
   * @param code why
   * @return the fault
   */
  public static Fault failAfter(long bytes, ErrorCode code) {
    return new Fault(Kind.FAIL, bytes, null, Duration.ZERO, code, true);
  }

  /**
   * Fails the slice at once; a write says that it may still land, and does land, with the bytes of
   * this moment, when the stall is released. A read never lands.
   *
   * @param code why
   * @param landing holds the bytes
   * @return the fault
   */
  public static Fault failThenLand(ErrorCode code, Stall landing) {
    return new Fault(Kind.FAIL, 0, landing, Duration.ZERO, code, true);
  }

  /**
   * Refuses the slice as a peer does that does not know the range.
   *
   * @return the fault
   */
  public static Fault rejectAddress() {
    return fail(ErrorCode.PEER_REJECTED_ADDRESS, false);
  }

  /**
   * Breaks the link to the peer: this slice and all in flight to the same peer fail with {@link
   * ErrorCode#LINK_BROKEN}.
   *
   * @return the fault
   */
  public static Fault dropLink() {
    return new Fault(Kind.DROP_LINK, 0, null, Duration.ZERO, ErrorCode.LINK_BROKEN, false);
  }

  /**
   * Completes the slice as if nothing were wrong, with all bits of one byte inverted where it
   * lands: for programs that are to notice what no transport may ever do.
   *
   * @param offset which byte, counted from the slice's first; the last one when it is shorter
   * @return the fault
   */
  public static Fault flip(long offset) {
    return new Fault(Kind.FLIP, offset, null, Duration.ZERO, null, false);
  }

  Kind kind() {
    return kind;
  }

  long bytes() {
    return bytes;
  }

  Stall stall() {
    return stall;
  }

  Duration delay() {
    return delay;
  }

  ErrorCode code() {
    return code;
  }

  boolean mayStillLand() {
    return mayStillLand;
  }
}
