package io.mooncake4j.core.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TransportHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LocalTransportTest {
  private static final int ROOM = 8 << 20;

  private TransportHarness engine;

  private TransportHarness start(Map<String, String> options) {
    engine = TransportHarness.of(new LocalTransportProvider("test")).options(options).start();
    return engine;
  }

  @AfterEach
  void close() {
    if (engine != null) {
      engine.close();
      engine.assertNoViolations();
    }
  }

  private static Map<String, String> byThreads() {
    return Map.of(
        "mooncake.local.direct-bytes", "0",
        "mooncake.local.parallel-bytes", "4k",
        "mooncake.local.threads", "3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void overlappingRangesAreMovedAsIfAllWereReadFirst(boolean byThreads) {
    start(byThreads ? byThreads() : Map.of("mooncake.local.direct-bytes", "1g"));
    TestRegion region = engine.register(TestMemory.allocate(ROOM));
    TestPeer self = engine.self();
    Random random = new Random(42);
    List<Integer> distances = new ArrayList<>(List.of(0, 1, -1, 7, 4096, -4096));
    for (int i = 0; i < 12; i++) {
      distances.add(random.nextInt(3 << 20) - (3 << 19));
    }
    for (int distance : distances) {
      for (OpCode opcode : OpCode.values()) {
        int length = 3 << 20;
        int from = 2 << 20;
        region.memory().fill(distance);
        byte[] expected = region.memory().bytes(0, ROOM);
        System.arraycopy(expected, from, expected, from + distance, length);
        boolean reads = opcode == OpCode.READ;
        int local = reads ? from + distance : from;
        long remote = region.address() + (reads ? from : from + distance);

        TestSlice slice =
            reads
                ? engine.read(region, local, self, remote, length)
                : engine.write(region, local, self, remote, length);
        engine.submit(slice);

        slice.assertSucceeded();
        region.memory().assertHolds(0, expected, opcode + " by " + distance);
      }
    }
  }

  @Test
  void aShortCopyIsCompletedWhenSubmitReturns() {
    start(Map.of());
    TestRegion region = engine.register(TestMemory.allocate(ROOM));
    TestSlice slice = engine.read(region, 0, engine.self(), region.address() + 4096, 4096);

    engine.submit(slice);

    assertThat(slice.state()).isEqualTo(TestSlice.State.SUCCEEDED);
  }

  @Test
  void beyondItsShareASubmissionIsLeftToOtherThreads() {
    start(Map.of("mooncake.local.direct-bytes", "64k"));
    TestRegion region = engine.register(TestMemory.allocate(ROOM));
    region.memory().fill(1);
    List<TestSlice> slices = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      slices.add(
          engine.write(
              region,
              i * 65_536L,
              engine.self(),
              region.address() + (4L << 20) + i * 65_536L,
              65_536));
    }
    engine.submit(slices.toArray(new TestSlice[0]));
    assertThat(slices.get(0).isDone()).isTrue();
    slices.forEach(TestSlice::assertSucceeded);
    region
        .memory()
        .assertHolds(4 << 20, TestMemory.pattern(1, 0, 2 << 20), "the second half of the region");
  }

  @Test
  void aCopyThatWaitsForAThreadCanBeCancelledAndOneThatHasBegunOnlyByTime() {
    start(Map.of("mooncake.local.direct-bytes", "0", "mooncake.local.threads", "1"));
    TestRegion region = engine.register(TestMemory.allocate(256L << 20));
    TestPeer self = engine.self();
    long half = 128L << 20;
    List<TestSlice> slices = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      slices.add(engine.write(region, 0, self, region.address() + half, half));
    }
    engine.submit(slices.toArray(new TestSlice[0]));
    TestSlice last = slices.get(slices.size() - 1);
    engine.cancel(last, ErrorCode.CANCELED);
    last.assertFailed(ErrorCode.CANCELED);
    assertThat(last.mayStillLand()).isFalse();
    slices.forEach(it -> engine.cancel(it, ErrorCode.TIMEOUT));
    slices.forEach(TestSlice::awaitDone);
    assertThat(slices).anyMatch(it -> it.code() == ErrorCode.TIMEOUT);
    assertThat(slices)
        .allMatch(it -> it.state() == TestSlice.State.SUCCEEDED || !it.detail().isEmpty());
    Await.until(() -> region.holds() == 0, () -> "the region is held by " + region.holds());
  }

  @Test
  void anotherEnginesSegmentIsRefused() {
    start(Map.of());
    TestRegion region = engine.register(TestMemory.allocate(ROOM));
    try (TransportHarness other = TransportHarness.of(new LocalTransportProvider("test")).start()) {
      TestRegion far = other.register(TestMemory.allocate(ROOM));
      TestSlice slice = engine.read(region, 0, engine.open(other), far.address(), 4096);

      engine.submit(slice);

      slice.assertFailed(ErrorCode.UNSUPPORTED_TRANSPORT);
    }
  }
}
