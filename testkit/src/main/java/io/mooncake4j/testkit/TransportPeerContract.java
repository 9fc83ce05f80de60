package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PeerDescriptor;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link TransportContract} about peers: gone, dying, replaced, badly described, or
 * withdrawing memory.
 */
public interface TransportPeerContract {
  /**
   * Returns the running test's bench.
   *
   * @return the bench
   */
  TransportBench bench();

  @Test
  default void aPeerThatIsGoneFailsItsSlicesAndNoOthers() {
    bench().assumePeers();
    Target gone = bench().startTarget();
    long length = bench().aligned(1_000);
    Target.Region remote = gone.register(length, true);
    TestRegion local = bench().local(length);
    TestPeer peer = bench().initiator().open(gone);
    List<TestSlice> slices = bench().slices(bench().anyOpcode(), local, 0, peer, remote, 0, length);
    gone.die();
    bench().submit(slices);
    for (TestSlice slice : slices) {
      slice.awaitDone();
      boolean oneSided = !bench().fixture().refusesUnpublished();
      assertThat(oneSided || slice.state() == TestSlice.State.FAILED).as("%s", slice).isTrue();
    }
    bench().assertServes(bench().startTarget());
  }

  @Test
  default void aPeerThatDiesWhileBusyEndsEverySliceOnce() {
    bench().assumePeers();
    Target dying = bench().startTarget();
    long size = bench().aligned(50_000);
    int count = 200;
    Target.Region remote = dying.register(count * size, true);
    TestRegion local = bench().local(count * size);
    TestPeer peer = bench().initiator().open(dying);
    List<TestSlice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slices.addAll(
          bench().slices(bench().anyOpcode(), local, i * size, peer, remote, i * size, size));
    }
    bench().submit(slices);
    dying.die();
    slices.forEach(TestSlice::awaitDone);
    bench().assertServes(bench().startTarget());
  }

  @Test
  default void aPeerThatWasReplacedIsReachedUnderItsNewDescriptor() {
    bench().assumePeers();
    AtomicReference<Target> present = new AtomicReference<>(bench().startTarget());
    TestPeer peer =
        bench()
            .initiator()
            .open(
                new EngineNode() {
                  @Override
                  public SegmentDocument document() {
                    return present.get().document();
                  }

                  @Override
                  public Attributes handshake(Attributes request) {
                    return present.get().handshake(request);
                  }
                });
    for (int life = 1; life <= 3; life++) {
      long length = bench().aligned(20_000);
      Target.Region remote = present.get().register(length, true);
      remote.fill(life);
      TestRegion local = bench().local(length);
      local.memory().fill(life);
      long generation = peer.generation();
      peer.refresh();
      assertThat(peer.generation()).isGreaterThan(generation);
      bench().transfer(bench().anyOpcode(), local, 0, peer, remote, 0, length);
      byte[] expected = TestMemory.pattern(life, 0, (int) length);
      local.memory().assertHolds(0, expected, "local memory in life " + life);
      TestMemory.assertEqual(remote.bytes(0, expected.length), expected, "life " + life);
      present.get().die();
      present.set(bench().startTarget());
    }
  }

  @Test
  default void aPeerWithoutAWordInItsDescriptorCompletesItsSlices() {
    Target target = bench().startTarget();
    long length = bench().aligned(1_000);
    target.register(length, true);
    SegmentDocument document = target.document();
    assertCompletes(
        new SegmentDocument(
            document.segmentName(),
            document.host(),
            document.fromJava(),
            Attributes.emptyMap(),
            Attributes.emptyMap(),
            document.entries()),
        length);
    bench().assertServes(target);
  }

  @Test
  default void aPeerWithWrongTypesInItsDescriptorCompletesItsSlices() {
    Target target = bench().startTarget();
    long length = bench().aligned(1_000);
    target.register(length, true);
    SegmentDocument document = target.document();
    assertCompletes(
        new SegmentDocument(
            document.segmentName(),
            document.host(),
            document.fromJava(),
            mistyped(document.classic()),
            mistyped(document.extension()),
            document.entries()),
        length);
    bench().assertServes(target);
  }

  private static Attributes mistyped(Attributes map) {
    Attributes.MapBuilder wrong = Attributes.map();
    map.asMap().keySet().forEach(key -> wrong.put(key, Attributes.of(List.of())));
    return wrong.build();
  }

  private void assertCompletes(SegmentDocument document, long length) {
    TestRegion local = bench().local(length);
    TestPeer peer = bench().initiator().open(EngineNode.of(document));
    long address = document.entries().get(0).address();
    long size = Math.min(length, document.entries().get(0).length());
    TestSlice slice =
        bench().anyOpcode() == OpCode.READ
            ? bench().initiator().read(local, 0, peer, address, size)
            : bench().initiator().write(local, 0, peer, address, size);
    bench().initiator().submit(slice);
    slice.awaitDone();
  }

  @Test
  default void whetherAPeerIsReachedIsAnsweredAtOnceAndAlwaysAlike() {
    Target target = bench().startTarget();
    target.register(bench().aligned(1_000), true);
    TestPeer good = bench().initiator().open(target);
    assertAnswersAlike(good.descriptor(), true);
    SegmentDocument document = good.document();
    for (boolean mistyped : new boolean[] {false, true}) {
      PeerDescriptor bad =
          new PeerDescriptor(
              2,
              document.segmentName(),
              document.host(),
              mistyped ? mistyped(document.classic()) : Attributes.emptyMap(),
              mistyped ? mistyped(document.extension()) : Attributes.emptyMap(),
              document.fromJava());
      assertAnswersAlike(bad, bench().initiator().transport().reaches(bad));
    }
    assertAnswersAlike(good.descriptor(), true);
  }

  private void assertAnswersAlike(PeerDescriptor peer, boolean expected) {
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertThat(bench().initiator().transport().reaches(peer)).as("%s", peer).isEqualTo(expected);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  default void enginesActOnEachOtherAtTheSameTime() {
    bench().assumePeers();
    HarnessTarget other = bench().fixture().startTargetHere("other-" + System.nanoTime());
    bench().keep(other);
    long length = bench().aligned(200_000);
    TestRegion mine = bench().initiator().register(memoryOf(bench().initiator(), length));
    TestRegion theirs = other.harness().register(memoryOf(other.harness(), length));
    mine.memory().fill(1);
    theirs.memory().fill(1);
    List<TestSlice> all = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      all.add(crossing(bench().initiator(), mine, other.harness(), theirs));
      all.add(crossing(other.harness(), theirs, bench().initiator(), mine));
    }
    all.forEach(TestSlice::assertSucceeded);
  }

  private TestMemory memoryOf(TransportHarness engine, long length) {
    return bench().fixture().allocate(engine, length);
  }

  private TestSlice crossing(
      TransportHarness from, TestRegion local, TransportHarness to, TestRegion remote) {
    TestPeer peer = from.open(to);
    long size = Math.min(bench().aligned(60_000), from.transport().maxSliceBytes());
    long address = bench().startOf(remote);
    TestSlice slice =
        bench().anyOpcode() == OpCode.READ
            ? from.read(local, 0, peer, address, size)
            : from.write(local, 0, peer, address, size);
    from.submit(slice);
    return slice;
  }

  @Test
  default void quiescenceIsKnownAsClaimed() throws Exception {
    bench().assumePeerProcess();
    Target target = bench().startTarget();
    long length = bench().aligned(60_000);
    Target.Region remote = target.register(length, true);
    TestRegion local = bench().local(length);
    local.memory().fill(1);
    TestPeer peer = bench().initiator().open(target);
    AtomicBoolean stop = new AtomicBoolean();
    Thread hammer = new Thread(() -> hammer(stop, local, peer, remote, length), "hammer");
    hammer.start();
    try {
      target.withdraw(remote);
      Quiescence known = target.quiesce(remote, Duration.ofSeconds(5));
      if (!bench().claims(TransportFeature.QUIESCENCE)) {
        assertThat(known).isEqualTo(Quiescence.UNKNOWABLE);
        return;
      }
      assertThat(known).isEqualTo(Quiescence.QUIET);
      remote.fill(2);
      byte[] expected = TestMemory.pattern(2, 0, (int) length);
      Await.holdsFor(
          () -> java.util.Arrays.equals(remote.bytes(0, expected.length), expected),
          TransportEndingContract.LATE,
          "no peer writes to a quiet region");
    } finally {
      stop.set(true);
      hammer.join(20_000);
      assertThat(hammer.isAlive()).isFalse();
    }
  }

  /** Goes on writing whether the target likes it or not. */
  private void hammer(
      AtomicBoolean stop, TestRegion local, TestPeer peer, Target.Region remote, long length) {
    OpCode opcode = bench().claims(TransportFeature.WRITE) ? OpCode.WRITE : OpCode.READ;
    while (!stop.get()) {
      List<TestSlice> slices = bench().slices(opcode, local, 0, peer, remote, 0, length);
      bench().submit(slices);
      slices.forEach(TestSlice::awaitDone);
    }
  }
}
