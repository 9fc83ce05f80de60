package io.mooncake4j.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final int BYTES = SimulatedPair.BYTES;
  private static final Duration WHILE = Duration.ofMillis(150);

  private final SimulatedPair pair =
      new SimulatedPair(new SimulatedFixture(new SimVirtualProvider()));

  @AfterEach
  void close() {
    pair.close();
  }

  @Test
  void aStalledReadThatWasTimedOutNeverCopiesOldBytes() {
    pair.remote.memory().fill(1);
    try (Stall stall = Stall.landing()) {
      pair.faults().next(SimulatedCopy.reads(), 1, Fault.stall(stall));
      TestSlice stalled = pair.submit(OpCode.READ, 0, BYTES);
      stall.awaitArrivals(1);
      assertThat(stalled.isDone()).isFalse();
      pair.initiator.cancel(stalled, ErrorCode.CANCELED);
      assertThat(stalled.isDone()).as("it has begun").isFalse();
      pair.initiator.cancel(stalled, ErrorCode.TIMEOUT);
      stalled.assertFailed(ErrorCode.TIMEOUT);
      assertThat(stalled.mayStillLand()).isFalse();

      pair.submit(OpCode.READ, 0, BYTES).assertSucceeded();
      pair.local.memory().fill(2);
    }
    Await.holdsFor(
        () ->
            java.util.Arrays.equals(pair.local.memory().bytes(0, BYTES), SimulatedPair.pattern(2)),
        WHILE,
        "old bytes stay away");
  }

  @Test
  void aStalledSliceGoesOnWhenReleased() {
    pair.remote.memory().fill(1);
    Stall stall = Stall.dropping();
    pair.faults().next(SimulatedCopy.any(), 1, Fault.stallAfter(1_000, stall));
    TestSlice stalled = pair.submit(OpCode.READ, 0, BYTES);
    stall.awaitArrivals(1);
    pair.local.memory().assertHolds(0, TestMemory.pattern(1, 0, 1_000), "the first part");
    stall.release();
    stalled.assertSucceeded();
    pair.local.memory().assertHolds(0, SimulatedPair.pattern(1), "all of it");
  }

  @Test
  void aTimedOutWriteLandsWithTheBytesItWasSentWith() {
    pair.local.memory().fill(1);
    pair.remote.memory().fill(9);
    Stall stall = Stall.landing();
    pair.faults().next(SimulatedCopy.writes(), 1, Fault.stall(stall));
    TestSlice write = pair.submit(OpCode.WRITE, 0, BYTES);
    stall.awaitArrivals(1);
    pair.initiator.cancel(write, ErrorCode.TIMEOUT);
    write.assertFailed(ErrorCode.TIMEOUT);
    assertThat(write.mayStillLand()).isTrue();
    pair.local.memory().fill(2);
    pair.remote.memory().assertHolds(0, SimulatedPair.pattern(9), "before the release");
    stall.release();
    Await.until(
        () ->
            java.util.Arrays.equals(pair.remote.memory().bytes(0, BYTES), SimulatedPair.pattern(1)),
        "the write lands");
  }

  @Test
  void aTimedOutWriteOfADroppingStallNeverLands() {
    pair.local.memory().fill(1);
    pair.remote.memory().fill(9);
    Stall stall = Stall.dropping();
    pair.faults().next(SimulatedCopy.writes(), 1, Fault.stall(stall));
    TestSlice write = pair.submit(OpCode.WRITE, 0, BYTES);
    stall.awaitArrivals(1);
    pair.initiator.cancel(write, ErrorCode.TIMEOUT);
    assertThat(write.assertFailed(ErrorCode.TIMEOUT).mayStillLand()).isFalse();
    stall.release();
    pair.submit(OpCode.READ, 0, 10).assertSucceeded();
    pair.remote.memory().assertHolds(0, SimulatedPair.pattern(9), "after the release");
  }

  @Test
  void aWriteCanFailAndLandLater() {
    pair.local.memory().fill(1);
    pair.remote.memory().fill(9);
    Stall landing = Stall.landing();
    pair.faults()
        .next(SimulatedCopy.writes(), 1, Fault.failThenLand(ErrorCode.LINK_BROKEN, landing));
    TestSlice write = pair.submit(OpCode.WRITE, 0, BYTES).assertFailed(ErrorCode.LINK_BROKEN);
    assertThat(write.mayStillLand()).isTrue();
    pair.remote.memory().assertHolds(0, SimulatedPair.pattern(9), "before it lands");
    landing.release();
    Await.until(
        () ->
            java.util.Arrays.equals(pair.remote.memory().bytes(0, BYTES), SimulatedPair.pattern(1)),
        "the write lands");
  }

  @Test
  void aSliceCanFailHalfWay() {
    pair.local.memory().fill(1);
    pair.remote.memory().fill(9);
    pair.faults().next(SimulatedCopy.any(), 2, Fault.failAfter(5_000, ErrorCode.LINK_BROKEN));
    TestSlice write = pair.submit(OpCode.WRITE, 0, 10_000).assertFailed(ErrorCode.LINK_BROKEN);
    assertThat(write.mayStillLand()).isTrue();
    pair.remote.memory().assertHolds(0, TestMemory.pattern(1, 0, 5_000), "the first half");
    pair.remote
        .memory()
        .assertHolds(5_000, TestMemory.pattern(9, 5_000, BYTES - 5_000), "the rest");
    TestSlice read = pair.submit(OpCode.READ, 0, 10_000).assertFailed(ErrorCode.LINK_BROKEN);
    assertThat(read.mayStillLand()).isFalse();
    pair.submit(OpCode.READ, 0, 10_000).assertSucceeded();
  }

  @Test
  void aFlippedByteArrivesWithoutAnError() {
    for (OpCode opcode : OpCode.values()) {
      boolean read = opcode == OpCode.READ;
      TestMemory source = (read ? pair.remote : pair.local).memory();
      source.fill(1);
      byte[] wrong = SimulatedPair.pattern(1);
      wrong[100] = (byte) ~wrong[100];
      pair.faults().next(SimulatedCopy.any(), 1, Fault.flip(100));

      pair.submit(opcode, 0, BYTES).assertSucceeded();

      (read ? pair.local : pair.remote).memory().assertHolds(0, wrong, opcode + " lands");
      source.assertHolds(0, SimulatedPair.pattern(1), "the source of the " + opcode);
    }
  }

  @Test
  void rulesChooseBySliceAndCountTheirStrikes() {
    AtomicInteger struck =
        pair.faults()
            .every(
                SimulatedCopy.over(SimVirtualProvider.NAME)
                    .and(SimulatedCopy.reads())
                    .and(copy -> copy.from().equals("initiator") && copy.to().equals("target"))
                    .and(copy -> copy.length() > 100),
                Fault.rejectAddress());
    pair.submit(OpCode.READ, 0, 100).assertSucceeded();
    pair.submit(OpCode.WRITE, 0, 101).assertSucceeded();
    pair.submit(OpCode.READ, 0, 101).assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
    pair.submit(OpCode.READ, 0, 102).assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
    assertThat(struck).hasValue(2);
    pair.faults().clear();
    pair.submit(OpCode.READ, 0, 101).assertSucceeded();
  }

  @Test
  void aBrokenLinkFailsAllThatIsInFlightToThePeer() {
    Stall stall = Stall.landing();
    pair.faults().next(SimulatedCopy.any(), 3, Fault.stall(stall));
    TestSlice read = pair.submit(OpCode.READ, 0, 100);
    TestSlice write = pair.submit(OpCode.WRITE, 0, 100);
    TestSlice other = pair.submit(OpCode.READ, 0, 100);
    stall.awaitArrivals(3);
    pair.faults().next(SimulatedCopy.any(), 1, Fault.dropLink());
    pair.submit(OpCode.READ, 0, 100).assertFailed(ErrorCode.LINK_BROKEN);
    read.assertFailed(ErrorCode.LINK_BROKEN);
    write.assertFailed(ErrorCode.LINK_BROKEN);
    other.assertFailed(ErrorCode.LINK_BROKEN);
    stall.release();
    pair.submit(OpCode.READ, 0, 100).assertSucceeded();
  }

  @Test
  void aDelayedSliceIsLateButWell() {
    pair.remote.memory().fill(1);
    pair.faults().next(SimulatedCopy.any(), 1, Fault.delay(Duration.ofMillis(100)));
    long start = System.nanoTime();
    TestSlice late = pair.submit(OpCode.READ, 0, BYTES);
    pair.submit(OpCode.READ, 0, 10).assertSucceeded();
    late.assertSucceeded();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(100_000_000L);
    pair.local.memory().assertHolds(0, SimulatedPair.pattern(1), "late bytes");
  }

  @Test
  void quiescenceBreaksASliceThatRestsInTheRegion() {
    Stall stall = Stall.landing();
    pair.faults().next(SimulatedCopy.writes(), 1, Fault.stallAfter(100, stall));
    TestSlice resting = pair.submit(OpCode.WRITE, 0, BYTES);
    stall.awaitArrivals(1);
    pair.target.withdraw(pair.remote);
    Quiescence known = pair.target.quiesce(Duration.ofMillis(50), pair.remote);
    assertThat(known).isEqualTo(Quiescence.QUIET);
    resting.assertFailed(ErrorCode.LINK_BROKEN);
    assertThat(resting.mayStillLand()).isTrue();
    pair.remote.memory().fill(3);
    stall.release();
    Await.holdsFor(
        () ->
            java.util.Arrays.equals(pair.remote.memory().bytes(0, BYTES), SimulatedPair.pattern(3)),
        WHILE,
        "a quiet region stays as it is");
  }
}
