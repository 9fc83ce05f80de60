package io.mooncake4j.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults, cancelling, releasing and republishing at random: every slice still completes once. */
class FaultsStressTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 300;
  private static final int SLICES = 20;

  @ParameterizedTest
  @ValueSource(strings = {SimVirtualProvider.NAME, SimHandleProvider.NAME})
  void everySliceCompletesOnce(String transport) throws Exception {
    TransportProvider provider =
        transport.equals(SimVirtualProvider.NAME)
            ? new SimVirtualProvider()
            : new SimHandleProvider();
    try (SimulatedPair pair = new SimulatedPair(new SimulatedFixture(provider))) {
      ExecutorService pool = Executors.newFixedThreadPool(THREADS);
      try {
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          long seed = i;
          work.add(pool.submit(() -> trouble(pair, new Random(seed))));
        }
        for (Future<?> future : work) {
          future.get(90, TimeUnit.SECONDS);
        }
      } finally {
        pool.shutdownNow();
        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
      }
      pair.faults().clear();
      pair.peer.refresh();
      pair.submit(OpCode.READ, 0, 1_000).assertSucceeded();
      assertThat(pair.local.holds()).isZero();
      assertThat(pair.remote.holds()).isZero();
    }
  }

  private static void trouble(SimulatedPair pair, Random random) {
    for (int round = 0; round < ROUNDS; round++) {
      TestPeer peer = random.nextInt(4) == 0 ? pair.initiator.open(pair.target) : pair.peer;
      Stall stall = random.nextBoolean() ? Stall.landing() : Stall.dropping();
      pair.faults().next(SimulatedCopy.any(), 3, fault(random, stall));
      List<TestSlice> slices = new ArrayList<>();
      for (int i = 0; i < SLICES; i++) {
        int offset = random.nextInt(SimulatedPair.BYTES - 1_000);
        long address = pair.remote.address() + offset;
        slices.add(
            random.nextBoolean()
                ? pair.initiator.read(pair.local, offset, peer, address, 1_000)
                : pair.initiator.write(pair.local, offset, peer, address, 1_000));
      }
      pair.initiator.submit(slices.toArray(TestSlice[]::new));
      if (random.nextBoolean()) {
        Await.until(() -> slices.get(SLICES - 1).isDone() || stall.arrivals() > 0, "some progress");
      }
      for (TestSlice slice : slices) {
        if (random.nextInt(3) == 0) {
          ErrorCode reason = random.nextBoolean() ? ErrorCode.CANCELED : ErrorCode.TIMEOUT;
          pair.initiator.cancel(slice, reason);
        }
      }
      if (random.nextInt(5) == 0) {
        pair.initiator.transport().release(peer);
      }
      if (random.nextInt(10) == 0) {
        pair.fixture.network().republish("target");
      }
      stall.release();
      // Slices that another thread's stall holds end when that thread releases it.
      slices.forEach(TestSlice::awaitDone);
    }
  }

  private static Fault fault(Random random, Stall stall) {
    return switch (random.nextInt(7)) {
      case 0 -> Fault.stall(stall);
      case 1 -> Fault.stallAfter(500, stall);
      case 2 -> Fault.failThenLand(ErrorCode.LINK_BROKEN, stall);
      case 3 -> Fault.failAfter(400, ErrorCode.LINK_BROKEN);
      case 4 -> Fault.dropLink();
      case 5 -> Fault.delay(Duration.ofMillis(2));
      default -> Fault.rejectAddress();
    };
  }
}
