package io.mooncake4j.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.testkit.Allocations;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Submission and completion allocate nothing per slice, as the SPI promises for transports. */
class SteadyStateTest {
  private static final int SLICES = 64;
  private static final int ROUNDS = 300;

  /** Far below the smallest object, far above what the virtual machine does now and then. */
  private static final long BYTES_PER_SLICE = 4;

  @ParameterizedTest
  @ValueSource(strings = {SimVirtualProvider.NAME, SimHandleProvider.NAME})
  void noSliceAllocates(String transport) {
    var provider =
        transport.equals(SimVirtualProvider.NAME)
            ? new SimVirtualProvider()
            : new SimHandleProvider();
    try (SimulatedPair pair = new SimulatedPair(new SimulatedFixture(provider))) {
      TestSlice[] slices = new TestSlice[SLICES];
      for (int i = 0; i < SLICES; i++) {
        slices[i] = pair.slice(i % 2 == 0 ? OpCode.READ : OpCode.WRITE, i * 1_000, 512);
      }
      exchange(pair, slices);
      Allocations transportThread =
          Allocations.of(thread -> thread.getName().equals(transport + "-initiator"));
      exchange(pair, slices);
      assertThat(transportThread.bytesSince())
          .as("bytes allocated by the transport's thread for %s slices", SLICES * ROUNDS)
          .isLessThan(BYTES_PER_SLICE * SLICES * ROUNDS);
    }
  }

  private static void exchange(SimulatedPair pair, TestSlice... slices) {
    for (int round = 0; round < ROUNDS; round++) {
      pair.initiator.submit(Duration.ofSeconds(20), slices);
      for (TestSlice slice : slices) {
        slice.assertSucceeded();
      }
    }
  }
}
