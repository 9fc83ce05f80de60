package io.mooncake4j.plugins.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.testkit.Allocations;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Regions that come and go under traffic, and what stays mapped. */
@Timeout(90)
class ShmRegionsTest {
  private static final int SIZE = 300_000;
  private static final int ROUNDS = 60;
  private static final Duration LATE = Duration.ofMillis(100);

  @Test
  void aKeyIsNeverUsedAgain() {
    try (ShmPair pair = new ShmPair(SIZE)) {
      TestSlice old = pair.slice(OpCode.WRITE, 0, SIZE);
      pair.initiator.submit(old);
      old.assertSucceeded();
      pair.target.withdraw(pair.remote);
      assertThat(pair.target.quiesce(Duration.ofSeconds(5), pair.remote))
          .isEqualTo(Quiescence.QUIET);
      // The same memory at the same address, even in the same record of the control area.
      TestRegion again = pair.target.register(pair.remote.memory());
      pair.initiator.submit(old);
      old.assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
      assertThat(old.mayStillLand()).isFalse();
      pair.peer.refresh();
      TestSlice fresh = pair.initiator.write(pair.local, 0, pair.peer, again.address(), SIZE);
      pair.initiator.submit(fresh);
      fresh.assertSucceeded();
    }
  }

  @Test
  void noByteLandsAfterQuiescenceHoweverOftenRegionsComeAndGo() throws Exception {
    try (ShmPair pair =
        new ShmPair(
            SIZE, ShmOptions.SLICE_BYTES.key(), "64k", ShmOptions.INLINE_BYTES.key(), "64k")) {
      pair.local.memory().fill(1);
      byte[] mark = new byte[SIZE];
      Arrays.fill(mark, (byte) 0xEE);
      AtomicBoolean stop = new AtomicBoolean();
      TestRegion[] present = {pair.remote};
      List<Thread> hammers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        TestPeer peer = pair.initiator.open(pair.target);
        hammers.add(new Thread(() -> hammer(pair, peer, present, stop), "hammer-" + i));
      }
      hammers.forEach(Thread::start);
      try {
        for (int round = 0; round < ROUNDS; round++) {
          TestRegion leaving = present[0];
          long written = pair.initiator.metrics().value("written.bytes");
          Await.until(
              () -> pair.initiator.metrics().value("written.bytes") > written, "there is traffic");
          pair.target.withdraw(leaving);
          assertThat(pair.target.quiesce(Duration.ofSeconds(5), leaving))
              .isEqualTo(Quiescence.QUIET);
          leaving.memory().write(0, mark);
          assertThat(Arrays.equals(leaving.memory().bytes(0, SIZE), mark)).isTrue();
          if (round % 20 == 0) {
            Await.holdsFor(
                () -> Arrays.equals(leaving.memory().bytes(0, SIZE), mark), LATE, "quiet");
          }
          present[0] = pair.target.register(leaving.memory());
        }
      } finally {
        stop.set(true);
        for (Thread hammer : hammers) {
          hammer.join(20_000);
          assertThat(hammer.isAlive()).isFalse();
        }
      }
      assertThat(pair.initiator.metrics().value("rejections")).isPositive();
    }
  }

  private static void hammer(
      ShmPair pair, TestPeer peer, TestRegion[] present, AtomicBoolean stop) {
    while (!stop.get()) {
      // Every other time the entry may be of a region that has gone.
      RemoteEntry entry = peer.document().entryFor(present[0].address(), SIZE);
      List<TestSlice> slices = new ArrayList<>();
      for (int at = 0; at + 60_000 <= SIZE; at += 60_000) {
        slices.add(
            pair.initiator.slice(
                OpCode.WRITE, pair.local, at, peer, entry, entry.address() + at, 60_000));
      }
      pair.initiator.submit(slices.toArray(TestSlice[]::new));
      boolean refused = false;
      for (TestSlice slice : slices) {
        refused |= slice.awaitDone().state() == TestSlice.State.FAILED;
      }
      if (refused) {
        refresh(peer, present);
      }
    }
  }

  /** Between a withdrawal and the next registration the document has no entry. */
  private static void refresh(TestPeer peer, TestRegion... present) {
    Await.until(
        () -> {
          try {
            peer.refresh().entryFor(present[0].address(), SIZE);
            return true;
          } catch (RuntimeException | AssertionError e) {
            return false;
          }
        },
        "the region is published again");
  }

  @Test
  void whatThePeerHasTakenBackIsUnmappedSoon() {
    try (ShmPair pair = new ShmPair(SIZE, ShmOptions.SWEEP_INTERVAL.key(), "20ms")) {
      TestSlice slice = pair.slice(OpCode.READ, 0, SIZE);
      pair.initiator.submit(slice);
      slice.assertSucceeded();
      assertThat(pair.initiator.metrics().value("mappings")).isEqualTo(1);
      pair.target.withdraw(pair.remote);
      Await.until(() -> pair.initiator.metrics().value("mappings") == 0, "it is unmapped");
    }
  }

  @Test
  void noMoreRegionsAreMappedThanAllowed() {
    try (ShmPair pair = new ShmPair(SIZE, ShmOptions.MAX_MAPPINGS.key(), "2")) {
      List<TestRegion> regions = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        TestRegion region = pair.target.register(pair.memory(SIZE));
        region.memory().fill(i);
        regions.add(region);
      }
      pair.peer.refresh();
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < regions.size(); i++) {
          long address = regions.get(i).address();
          TestSlice slice = pair.initiator.read(pair.local, 0, pair.peer, address, SIZE);
          pair.initiator.submit(slice);
          slice.assertSucceeded();
          pair.local.memory().assertHolds(0, TestMemory.pattern(i, 0, SIZE), "region " + i);
          assertThat(pair.initiator.metrics().value("mappings")).isBetween(1L, 2L);
        }
      }
    }
  }

  @Test
  void noSliceAllocates() {
    int slices = 64;
    int rounds = 300;
    try (ShmPair pair = new ShmPair(SIZE)) {
      TestSlice[] batch = new TestSlice[slices];
      for (int i = 0; i < slices; i++) {
        batch[i] = pair.slice(i % 2 == 0 ? OpCode.READ : OpCode.WRITE, i * 4096L, 4096);
      }
      exchange(pair, rounds, batch);
      Allocations mine = Allocations.ofThisThread();
      exchange(pair, rounds, batch);
      assertThat(mine.bytesSince())
          .as("bytes allocated for %s slices", slices * rounds)
          .isLessThan(16L * slices * rounds);
    }
  }

  private static void exchange(ShmPair pair, int rounds, TestSlice... batch) {
    for (int round = 0; round < rounds; round++) {
      pair.initiator.submit(batch);
      for (TestSlice slice : batch) {
        slice.assertSucceeded();
      }
    }
  }
}
