package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Slices that are given up and links that are dropped at random moments: whatever a slice's result
 * says about memory has to be true, at once and for good.
 */
class TcpStressTest {
  private static final int COUNT = 1500;
  private static final int AREA = 48 << 10;
  private static final byte MARK = (byte) 0xEE;
  private static final int BATCH = 50;
  private static final int MAX_PAUSE_NANOS = 100_000;
  private static final Duration LATE = Duration.ofMillis(200);

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void resultsAreTrueWhateverHappens(String version) throws Exception {
    int bytes = COUNT * AREA;
    Random random = new Random(11);
    try (TcpPair pair =
        new TcpPair(
            bytes,
            TcpOptions.PROTOCOL_VERSION.key(),
            version,
            TcpOptions.PIPELINE_DEPTH.key(),
            "8")) {
      pair.local.memory().fill(1);
      pair.remote.memory().fill(2);
      TestSlice[] slices = new TestSlice[COUNT];
      boolean[] writes = new boolean[COUNT];
      for (int i = 0; i < COUNT; i++) {
        long at = (long) i * AREA;
        writes[i] = random.nextBoolean();
        slices[i] = writes[i] ? pair.write(at, at, AREA) : pair.read(at, at, AREA);
      }
      submitWhileTroubling(pair, slices, random);

      int succeeded = 0;
      for (int i = 0; i < COUNT; i++) {
        slices[i].awaitDone();
        int at = i * AREA;
        boolean success = slices[i].state() == TestSlice.State.SUCCEEDED;
        succeeded += success ? 1 : 0;
        if (success) {
          byte[] source = TestMemory.pattern(writes[i] ? 1 : 2, at, AREA);
          pair.local.memory().assertHolds(at, source, "local " + slices[i]);
          pair.remote.memory().assertHolds(at, source, "remote " + slices[i]);
        }
        // The slice is over, so its local memory is the test's again and must stay as it is now.
        byte[] mark = new byte[AREA];
        Arrays.fill(mark, MARK);
        pair.local.memory().write(at, mark);
      }
      assertThat(succeeded).as("how many succeeded").isPositive();
      byte[] marks = new byte[bytes];
      Arrays.fill(marks, MARK);
      Await.holdsFor(
          () -> Arrays.equals(pair.local.memory().bytes(0, bytes), marks),
          LATE,
          "nobody touches local memory of completed slices");
      for (int i = 0; i < COUNT; i++) {
        if (slices[i].state() == TestSlice.State.FAILED && !slices[i].mayStillLand()) {
          int at = i * AREA;
          byte[] old = TestMemory.pattern(2, at, AREA);
          pair.remote.memory().assertHolds(at, old, "remote " + slices[i]);
        }
      }
    }
  }

  private static void submitWhileTroubling(TcpPair pair, TestSlice[] slices, Random random)
      throws InterruptedException {
    AtomicInteger begin = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    long seed = random.nextLong();
    Thread trouble =
        new Thread(
            () -> {
              Random dice = new Random(seed);
              while (!over.get()) {
                LockSupport.parkNanos(dice.nextInt(MAX_PAUSE_NANOS));
                int index = begin.get() + dice.nextInt(BATCH);
                trouble(pair, slices[Math.min(index, slices.length - 1)], dice);
              }
            },
            "trouble");
    pair.initiator.submit(slices[0]);
    slices[0].assertSucceeded();
    begin.set(1);
    trouble.start();
    try {
      while (begin.get() < slices.length) {
        int to = Math.min(slices.length, begin.get() + BATCH);
        pair.initiator.submit(Arrays.copyOfRange(slices, begin.get(), to));
        slices[to - 1].awaitDone();
        begin.set(to);
      }
    } finally {
      over.set(true);
      trouble.join(20_000);
    }
    assertThat(trouble.isAlive()).isFalse();
  }

  private static void trouble(TcpPair pair, TestSlice slice, Random dice) {
    if (dice.nextInt(100) == 0) {
      pair.initiator.transport().release(pair.peer);
    } else if (slice.state() == TestSlice.State.SUBMITTED) {
      pair.initiator.cancel(slice, dice.nextBoolean() ? ErrorCode.CANCELED : ErrorCode.TIMEOUT);
    }
  }
}
