package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.Location;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.core.memory.HostMemory;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.metrics.EngineMetrics;
import io.mooncake4j.core.metrics.RequestMetrics;
import io.mooncake4j.ffi.NativeMemory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TallyTest {
  private final EngineMetrics metrics = new EngineMetrics();
  private final Tally tally = new Tally(new RequestMetrics(metrics, List.of("one", "two")));
  private final Region first = region(1);
  private final Region second = region(2);

  private static Region region(int id) {
    return Region.host(
        id, HostMemory.of(NativeMemory.allocate(4096)), 4096, Location.ANY, true, Region::free);
  }

  @AfterEach
  void free() {
    for (Region region : List.of(first, second)) {
      region.withdraw();
      region.free();
    }
  }

  private void complete(OpCode opcode, int transport, long length, Region region) {
    assertThat(region.acquire()).isTrue();
    tally.completed(opcode, transport, length, region);
  }

  private static boolean isHeld(Region region) {
    region.withdraw();
    return !region.awaitReleased(System.nanoTime());
  }

  @Test
  void ofEachDirectionAndTransportTheBytesAreCounted() {
    complete(OpCode.READ, 0, 1, first);
    complete(OpCode.READ, 0, 2, first);
    complete(OpCode.WRITE, 0, 4, first);
    complete(OpCode.WRITE, 1, 8, first);
    complete(OpCode.READ, 1, 16, first);
    complete(OpCode.READ, 0, 32, first);

    assertThat(tally.requests()).isEqualTo(6);
    tally.settle(System.nanoTime());
    assertThat(tally.requests()).isZero();

    assertThat(metrics.snapshot().counters())
        .containsEntry("engine.requests.completed", 6L)
        .containsEntry("engine.via.one.read.bytes", 35L)
        .containsEntry("engine.via.one.written.bytes", 4L)
        .containsEntry("engine.via.two.written.bytes", 8L)
        .containsEntry("engine.via.two.read.bytes", 16L);
  }

  @Test
  void everyRequestTookAsLongAsTheSubmission() {
    complete(OpCode.READ, 0, 1, first);
    complete(OpCode.READ, 0, 1, first);
    tally.settle(System.nanoTime() - 7_000_000);
    var latency = metrics.snapshot().histograms().get("engine.requests.latency.nanos");
    assertThat(latency.count()).isEqualTo(2);
    assertThat(latency.sum()).isGreaterThanOrEqualTo(14_000_000);
  }

  @Test
  void regionsAreLetGoOfOnceForEachRequest() {
    complete(OpCode.READ, 0, 1, first);
    complete(OpCode.READ, 0, 1, second);
    complete(OpCode.READ, 0, 1, second);
    complete(OpCode.READ, 0, 1, first);
    assertThat(isHeld(first)).isTrue();
    assertThat(isHeld(second)).isFalse();

    tally.settle(System.nanoTime());

    assertThat(isHeld(first)).isFalse();
  }

  @Test
  void whatIsSettledIsNotSettledAgain() {
    complete(OpCode.WRITE, 0, 1, first);
    tally.settle(System.nanoTime());
    complete(OpCode.WRITE, 0, 1, first);
    tally.settle(System.nanoTime());
    assertThat(metrics.snapshot().counters())
        .containsEntry("engine.requests.completed", 2L)
        .containsEntry("engine.written.bytes", 2L);
    assertThat(isHeld(first)).isFalse();
  }
}
