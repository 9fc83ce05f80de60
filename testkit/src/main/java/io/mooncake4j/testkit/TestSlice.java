package io.mooncake4j.testkit;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;
import java.time.Duration;

/**
 * A slice that records how it was completed and notices what a transport must not do with it.
 *
 * <p>Completing it twice, touching it after its completion (except while {@link
 * io.mooncake4j.spi.Transport#cancel} runs for it), a read that claims that bytes may still land, a
 * failure without a code or in no words: each is a breach that {@link
 * TransportHarness#assertNoViolations} reports; touching also throws at once. Safe from any thread.
 * Completion allocates nothing.
 */
public final class TestSlice implements Slice {
  /** Where a slice is in its life. */
  public enum State {
    /** Not yet given to the transport. */
    NEW,
    /** Given to the transport. */
    SUBMITTED,
    /** Completed: the bytes are in the destination. */
    SUCCEEDED,
    /** Completed without success. */
    FAILED
  }

  private final Violations violations;
  private final OpCode opcode;
  private final TestRegion region;
  private final long localOffset;
  private final long length;
  private final Peer peer;
  private final RemoteEntry entry;
  private final long remoteAddress;

  private volatile State state = State.NEW;
  private long deadlineNanos;
  private int cancelsRunning;
  private ErrorCode code;
  private boolean mayStillLand;
  private String detail;

  TestSlice(
      Violations violations,
      OpCode opcode,
      TestRegion region,
      long localOffset,
      long length,
      Peer peer,
      RemoteEntry entry,
      long remoteAddress) {
    this.violations = violations;
    this.opcode = opcode;
    this.region = region;
    this.localOffset = localOffset;
    this.length = length;
    this.peer = peer;
    this.entry = entry;
    this.remoteAddress = remoteAddress;
  }

  synchronized void submitted(long deadline) {
    if (state == State.SUBMITTED) {
      throw new IllegalStateException(this + " is in flight already");
    }
    if (!region.acquire()) {
      throw new IllegalStateException(region + " is withdrawn: no engine would use it");
    }
    deadlineNanos = deadline;
    code = null;
    mayStillLand = false;
    detail = null;
    state = State.SUBMITTED;
  }

  synchronized void cancelBegins() {
    cancelsRunning++;
  }

  synchronized void cancelEnds() {
    cancelsRunning--;
  }

  @Override
  public OpCode opcode() {
    touch("opcode");
    return opcode;
  }

  @Override
  public LocalRegion region() {
    touch("region");
    return region;
  }

  @Override
  public long localOffset() {
    touch("localOffset");
    return localOffset;
  }

  @Override
  public long length() {
    touch("length");
    return length;
  }

  @Override
  public Peer peer() {
    touch("peer");
    return peer;
  }

  @Override
  public RemoteEntry entry() {
    touch("entry");
    return entry;
  }

  @Override
  public long remoteAddress() {
    touch("remoteAddress");
    return remoteAddress;
  }

  @Override
  public long deadlineNanos() {
    touch("deadlineNanos");
    return deadlineNanos;
  }

  private void touch(String getter) {
    if (state == State.SUBMITTED) {
      return;
    }
    synchronized (this) {
      if (state != State.SUBMITTED && cancelsRunning == 0) {
        throw violations.add(this + " was asked for " + getter + "() when it was " + state);
      }
    }
  }

  @Override
  public void succeed() {
    complete(State.SUCCEEDED, null, false, null);
  }

  @Override
  public void fail(ErrorCode reason, boolean landing, String words) {
    if (reason == null || words == null || words.isBlank()) {
      violations.add(this + " failed without " + (reason == null ? "a code" : "a word of why"));
    }
    if (landing && opcode == OpCode.READ) {
      violations.add(this + " is a read, whose bytes land in local memory or nowhere");
    }
    complete(State.FAILED, reason, landing, words);
  }

  private synchronized void complete(
      State outcome, ErrorCode reason, boolean landing, String words) {
    if (state != State.SUBMITTED) {
      throw violations.add(
          this + " was completed as " + outcome + " (" + words + ") when it was " + state);
    }
    code = reason;
    mayStillLand = landing;
    detail = words;
    state = outcome;
    region.release();
    notifyAll();
  }

  /**
   * Returns where it is in its life.
   *
   * @return the state
   */
  public State state() {
    return state;
  }

  /**
   * Says whether the transport has completed it.
   *
   * @return true once it has succeeded or failed
   */
  public boolean isDone() {
    return state == State.SUCCEEDED || state == State.FAILED;
  }

  /**
   * Returns why it failed.
   *
   * @return the code, null unless it has failed
   */
  public synchronized ErrorCode code() {
    return code;
  }

  /**
   * Says whether the transport said that bytes may still land.
   *
   * @return false unless it is a write that failed so
   */
  public synchronized boolean mayStillLand() {
    return mayStillLand;
  }

  /**
   * Returns the transport's words about a failure.
   *
   * @return the detail, null unless it has failed
   */
  public synchronized String detail() {
    return detail;
  }

  /**
   * Waits until it is completed.
   *
   * @param limit how long at most
   * @return this slice
   * @throws AssertionError when it is not completed in time
   */
  public synchronized TestSlice awaitDone(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isDone()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError(this + " is not completed after " + limit.toMillis() + " ms");
      }
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + this, e);
      }
    }
    return this;
  }

  /**
   * Waits until it is completed, up to {@link Await#LIMIT}.
   *
   * @return this slice
   */
  public TestSlice awaitDone() {
    return awaitDone(Await.LIMIT);
  }

  /**
   * Waits until it is completed and fails unless it succeeded.
   *
   * @return this slice
   */
  public TestSlice assertSucceeded() {
    awaitDone();
    if (state != State.SUCCEEDED) {
      throw new AssertionError(this + " was to succeed");
    }
    return this;
  }

  /**
   * Waits until it is completed and fails unless it failed.
   *
   * @param codes the codes that will do; none for any
   * @return this slice
   */
  public TestSlice assertFailed(ErrorCode... codes) {
    awaitDone();
    boolean fits = codes.length == 0 || java.util.Arrays.asList(codes).contains(code());
    if (state != State.FAILED || !fits) {
      throw new AssertionError(
          this + " was to fail" + (codes.length == 0 ? "" : " with " + java.util.List.of(codes)));
    }
    return this;
  }

  @Override
  public synchronized String toString() {
    return opcode
        + " of "
        + length
        + " bytes at offset "
        + localOffset
        + " of "
        + region
        + " and 0x"
        + Long.toHexString(remoteAddress)
        + " of "
        + peer
        + " ["
        + state
        + (code == null ? "" : " " + code + ": " + detail)
        + "]";
  }
}
