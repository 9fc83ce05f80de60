package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.TransportFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link TransportContract} about endings: cancelled, timed out, released, closed; each
 * slice exactly once, and nothing touched afterwards.
 */
public interface TransportEndingContract {
  /** How soon a slice must complete that its engine has timed out. */
  Duration PROMPTLY = Duration.ofSeconds(5);

  /** How long late bytes are waited for. */
  Duration LATE = Duration.ofMillis(300);

  /** How long slices are left to reach a peer that stalls. */
  Duration ON_THE_WIRE = Duration.ofMillis(150);

  /** How long threads and descriptors may take to go. */
  Duration GONE = Duration.ofSeconds(10);

  /**
   * Returns the running test's bench.
   *
   * @return the bench
   */
  TransportBench bench();

  /** Memory on both sides and slices between them, not yet submitted. */
  record Load(TestRegion local, Target.Region remote, TestPeer peer, List<TestSlice> slices) {}

  private Load load(Target target, OpCode opcode, int count, long sliceBytes) {
    long size =
        Math.min(bench().aligned(sliceBytes), bench().initiator().transport().maxSliceBytes());
    Target.Region remote = target.register(count * size, true);
    TestRegion local = bench().local(count * size);
    TestPeer peer = bench().initiator().open(target);
    List<TestSlice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slices.addAll(bench().slices(opcode, local, i * size, peer, remote, i * size, size));
    }
    return new Load(local, remote, peer, slices);
  }

  private static void awaitAll(List<TestSlice> slices) {
    slices.forEach(TestSlice::awaitDone);
  }

  private static void assertStaysAsItIs(TestRegion local) {
    local.memory().fill(99);
    byte[] expected = local.memory().bytes(0, (int) local.length());
    Await.holdsFor(
        () -> java.util.Arrays.equals(local.memory().bytes(0, expected.length), expected),
        LATE,
        "local memory is left alone after completion");
  }

  @Test
  default void cancellingStopsOnlyWhatHasNotBegun() {
    Load load = load(bench().startTarget(), bench().anyOpcode(), 100, 60_000);
    load.remote().fill(1);
    load.local().memory().fill(bench().anyOpcode() == OpCode.READ ? 2 : 1);
    bench().submit(load.slices());
    load.slices().forEach(slice -> bench().initiator().cancel(slice, ErrorCode.CANCELED));
    awaitAll(load.slices());
    for (TestSlice slice : load.slices()) {
      if (slice.state() == TestSlice.State.FAILED) {
        assertThat(slice.code()).as("%s", slice).isEqualTo(ErrorCode.CANCELED);
        assertThat(slice.mayStillLand()).as("%s was not begun", slice).isFalse();
      }
    }
    // Cancelling what has completed is left alone, with either reason.
    load.slices().forEach(slice -> bench().initiator().cancel(slice, ErrorCode.CANCELED));
    load.slices().forEach(slice -> bench().initiator().cancel(slice, ErrorCode.TIMEOUT));
    assertStaysAsItIs(load.local());
  }

  @Test
  default void timingOutEndsEverySlicePromptlyAndThePeerCanBeUsedAgain() {
    Target target = bench().startTarget();
    Load load = load(target, bench().anyOpcode(), 100, 60_000);
    bench().submit(load.slices());
    load.slices().forEach(slice -> bench().initiator().cancel(slice, ErrorCode.TIMEOUT));
    load.slices().forEach(slice -> slice.awaitDone(PROMPTLY));
    assertStaysAsItIs(load.local());
    bench().assertServes(target);
  }

  @Test
  default void lateBytesOfATimedOutReadNeverAppear() {
    bench().assumeClaims(TransportFeature.READ);
    Target target = bench().startTarget();
    bench().assertServes(target);
    Load load = load(target, OpCode.READ, 4, 100_000);
    load.remote().fill(1);
    load.local().memory().fill(2);
    timeOutAtAStalledPeer(target, load);
    assertStaysAsItIs(load.local());
    bench().assertServes(target);
  }

  @Test
  default void aTimedOutWriteThatSaysItCannotLandNeverLands() {
    bench().assumeClaims(TransportFeature.WRITE);
    Target target = bench().startTarget();
    bench().assertServes(target);
    Load load = load(target, OpCode.WRITE, 4, 100_000);
    load.remote().fill(1);
    load.local().memory().fill(2);
    timeOutAtAStalledPeer(target, load);
    // What may land carries the bytes it was sent with, not what local memory holds now.
    load.local().memory().fill(3);
    Await.holdsFor(() -> onlyHonestBytes(load), LATE, "remote memory holds what was announced");
    bench().assertServes(target);
  }

  private void timeOutAtAStalledPeer(Target target, Load load) {
    TransportFixture.Stall stall =
        bench()
            .fixture()
            .stall(target)
            .orElseGet(() -> Assumptions.abort("the fixture cannot stall the peer"));
    try (stall) {
      bench().submit(load.slices());
      awaitOnTheWire(load.slices());
      load.slices().forEach(slice -> bench().initiator().cancel(slice, ErrorCode.TIMEOUT));
      load.slices().forEach(slice -> slice.awaitDone(PROMPTLY));
      for (TestSlice slice : load.slices()) {
        Assumptions.assumeFalse(
            slice.state() == TestSlice.State.SUCCEEDED,
            "the transport reaches memory without the stalled peer's help");
        slice.assertFailed(ErrorCode.TIMEOUT, ErrorCode.LINK_BROKEN);
      }
    }
  }

  /** Gives the transport time to send what it can; a peer that stalls answers nothing of it. */
  private static void awaitOnTheWire(List<TestSlice> slices) {
    long end = System.nanoTime() + ON_THE_WIRE.toNanos();
    Await.until(
        () -> System.nanoTime() - end >= 0 || slices.stream().anyMatch(TestSlice::isDone),
        "the slices are on their way");
  }

  private static boolean onlyHonestBytes(Load load) {
    int at = 0;
    int size = (int) (load.remote().length() / load.slices().size());
    byte[] old = TestMemory.pattern(1, 0, (int) load.remote().length());
    byte[] sent = TestMemory.pattern(2, 0, old.length);
    byte[] actual = load.remote().bytes(0, old.length);
    for (TestSlice slice : load.slices()) {
      for (int end = at + size; at < end; at++) {
        boolean fresh = slice.mayStillLand() && actual[at] == sent[at];
        if (actual[at] != old[at] && !fresh) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  default void releasingABusyPeerEndsItsSlicesAndNoOthers() {
    Target busy = bench().startTarget();
    Target other = bench().startTarget();
    Load load = load(busy, bench().anyOpcode(), 200, 60_000);
    Load bystander = load(other, bench().anyOpcode(), 50, 1_000);
    bench().submit(load.slices());
    bench().submit(bystander.slices());
    bench().initiator().transport().release(load.peer());
    awaitAll(load.slices());
    load.slices().stream()
        .filter(slice -> slice.state() != TestSlice.State.SUCCEEDED)
        .forEach(slice -> slice.assertFailed(ErrorCode.LINK_BROKEN));
    bystander.slices().forEach(TestSlice::assertSucceeded);
    assertStaysAsItIs(load.local());
    bench().initiator().transport().release(load.peer());
    bench().assertServes(busy);
  }

  @Test
  default void closingWhileBusyCompletesEverySliceOnceAndLeavesMemoryAlone() {
    Load load = load(bench().startTarget(), bench().anyOpcode(), 300, 60_000);
    bench().submit(load.slices());
    bench().initiator().close();
    awaitAll(load.slices());
    assertStaysAsItIs(load.local());
  }

  @Test
  default void aClosedTransportFailsWhatComesAndClosesAgain() {
    Load load = load(bench().startTarget(), bench().anyOpcode(), 3, 1_000);
    bench().initiator().transport().close();
    bench().initiator().transport().close();
    bench().submit(load.slices());
    load.slices().forEach(TestSlice::assertFailed);
  }

  @Test
  default void closingLeavesNoThreadAndNoDescriptor() {
    openTransferClose();
    Leaks before = Leaks.snapshot();
    for (int round = 0; round < 3; round++) {
      openTransferClose();
    }
    before.assertNoneSince(GONE);
  }

  private void openTransferClose() {
    TransportBench inner = new TransportBench(bench().fixture());
    List<Target> targets = new ArrayList<>();
    try {
      targets.add(bench().fixture().startTarget("leak-" + System.nanoTime()));
      inner.assertServes(targets.get(0));
      inner.initiator().assertNoViolations();
    } finally {
      inner.initiator().close();
      targets.forEach(Target::close);
    }
  }
}
