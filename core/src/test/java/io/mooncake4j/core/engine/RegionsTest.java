package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.Stall;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Registration and its end: what is refused, what closing waits for, how long memory is kept. */
class RegionsTest {
  private final TestEngines engines = new TestEngines();

  @AfterEach
  void close() {
    engines.close();
  }

  private static Registration memory(TestMemory memory, long offset, long length) {
    return Registration.of(memory.address() + offset, length, Location.ANY, memory);
  }

  @Test
  void overlapsAreRefusedAndLeaveNothing() {
    TransferEngine engine = engines.start("sim-virtual,sim-handle");
    TestMemory memory = TestMemory.allocate(16_384);
    MemoryRegion first = engine.register(memory(memory, 4096, 4096));

    for (long[] range : new long[][] {{0, 4097}, {8191, 10}, {5000, 1}, {0, 16_384}}) {
      assertCode(
          ErrorCode.ADDRESS_OVERLAPPED, () -> engine.register(memory(memory, range[0], range[1])));
    }
    assertCode(
        ErrorCode.ADDRESS_OVERLAPPED,
        () -> engine.registerAll(List.of(memory(memory, 0, 4096), memory(memory, 100, 10))));
    assertThat(engine.metrics().value("engine.regions")).isEqualTo(1);
    assertThat(engine.openSegment(engine.name()).buffers()).hasSize(1);

    first.close();
    first.close();
    engine.register(memory(memory, 0, 16_384)).close();
    assertCode(ErrorCode.CLOSED, () -> first.window(0, 1));
  }

  @Test
  void zeroLengthsHeapBuffersAndImpossibleSizesAreRefused() {
    TransferEngine engine = engines.start("sim-virtual");

    assertCode(ErrorCode.INVALID_ARGUMENT, () -> engine.allocate(0));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> Registration.of(ByteBuffer.allocateDirect(0)));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> Registration.of(ByteBuffer.allocate(8)));
    assertCode(ErrorCode.MEMORY, () -> engine.allocate(Long.MAX_VALUE));
    assertCode(ErrorCode.MEMORY, () -> engine.allocate(1L << 46));
    assertCode(
        ErrorCode.INVALID_ARGUMENT,
        () -> engine.allocate(Allocation.of(1).at(new Location("cpu:99999999999"))));
    assertThat(engine.metrics().value("engine.regions")).isZero();
  }

  @Test
  void theDescriptorsLimitRefusesByItsName() {
    TransferEngine engine = engines.start("sim-virtual");
    TransferEngine peer = engines.start("sim-virtual");
    TestMemory memory = TestMemory.allocate(1 << 20);
    Location longName = new Location("segments:4096:0" + ",1".repeat(500));
    List<Registration> many = new ArrayList<>();
    for (int i = 0; i < 1100; i++) {
      many.add(memory(memory, i * 16L, 8).at(longName));
    }

    assertThatThrownBy(() -> engine.registerAll(many))
        .hasMessageContaining("mooncake.handshake.max-length=1048576")
        .satisfies(e -> assertCode(ErrorCode.LIMIT_EXCEEDED, () -> engine.registerAll(many)));

    assertThat(engine.metrics().value("engine.regions")).isZero();
    List<MemoryRegion> some = engine.registerAll(many.subList(0, 900));
    assertThat(peer.openSegment(engine.name()).buffers()).hasSize(900);
    MemoryRegion local = peer.allocate(8);
    RemoteBuffer last = peer.openSegment(engine.name()).buffers().get(899);
    assertThat(last.address()).isEqualTo(some.get(899).address());
    assertThat(peer.submit(TransferRequest.read(local, 0, last, 0, 8)))
        .succeedsWithin(TestEngines.SOON);
  }

  @Test
  void entriesThatAreAskedForMayBeManyMore() {
    TransferEngine engine = engines.start("sim-handle");
    TransferEngine peer = engines.start("sim-handle");
    TestMemory memory = TestMemory.allocate(1 << 20);
    List<Registration> many = new ArrayList<>();
    for (int i = 0; i < 6_000; i++) {
      many.add(memory(memory, i * 16L, 8));
    }
    engine.registerAll(many);

    assertThat(peer.openSegment(engine.name()).buffers()).hasSize(6_000);
  }

  @Test
  void closingWaitsForTransfersAndForPeers() {
    Duration patience = Duration.ofMillis(50);
    TransferEngine here =
        engines.start(
            engines
                .with("sim-virtual")
                .option("mooncake.close.timeout", patience.toMillis() + "ms"));
    TransferEngine there = engines.start("sim-virtual");
    MemoryRegion local = here.allocate(4096);
    MemoryRegion target = there.allocate(4096);
    RemoteBuffer remote = TestEngines.only(here, there);
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.any(), 1, Fault.stallAfter(100, stall));
      Batch batch = here.newBatch(1);
      batch.submit(List.of(TransferRequest.read(local, 0, remote, 0, 4096)));
      stall.awaitArrivals(1);

      assertCode(ErrorCode.REGION_BUSY, local::close);
      assertCode(
          ErrorCode.CLOSED,
          () -> here.newBatch(1).submit(List.of(TransferRequest.read(local, 0, remote, 0, 1))));
      Thread closing = new Thread(target::close, "closing");
      closing.start();
      Await.until(() -> there.metrics().value("engine.regions") == 0, "the target is withdrawn");
      stall.release();
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      local.close();
      Await.until(() -> !closing.isAlive(), "the target is closed");
    }
    assertThat(here.metrics().value("engine.regions")).isZero();
  }

  @Test
  void closingBreaksPeersThatDoNotLetGo() {
    TransferEngine here = engines.start("sim-virtual");
    TransferEngine there =
        engines.start(engines.with("sim-virtual").option("mooncake.close.timeout", "50ms"));
    MemoryRegion local = here.allocate(4096);
    MemoryRegion target = there.allocate(4096);
    RemoteBuffer remote = TestEngines.only(here, there);
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.any(), 1, Fault.stallAfter(100, stall));
      Batch batch = here.newBatch(1);
      batch.submit(List.of(TransferRequest.write(local, 0, remote, 0, 4096)));
      stall.awaitArrivals(1);
      target.close();

      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.LINK_BROKEN);
      assertThat(batch.mayStillLand(0)).isTrue();
    }
  }

  @Test
  void anInterruptedCloseStillWaitsAndKeepsTheFlag() {
    TransferEngine engine =
        engines.start(engines.with("sim-handle").option("mooncake.memory.grace", "60ms"));
    MemoryRegion region = engine.allocate(4096);
    long start = System.nanoTime();
    Thread.currentThread().interrupt();
    region.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(60));
  }

  @Test
  void memoryOfWhichNobodyCanKnowIsKeptForTheGracePeriodOnlyWherePublished() {
    TransferEngine engine =
        engines.start(engines.with("sim-virtual,sim-device").option("mooncake.memory.grace", "1s"));
    TestMemory shared = engines.network().device().allocate(4096);
    MemoryRegion published = engine.register(memory(shared, 0, 4096));
    MemoryRegion local = engine.allocate(Allocation.of(4096).localOnly());
    MemoryRegion virtualOnly = engine.allocate(4096);

    long start = System.nanoTime();
    local.close();
    virtualOnly.close();
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(1));
    long before = System.nanoTime();
    published.close();
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void closingTheEngineFreesWhatIsStillRegistered() {
    TransferEngine engine = engines.start("sim-virtual");
    MemoryRegion region = engine.allocate(4096);

    engine.close();
    engine.close();

    assertCode(ErrorCode.CLOSED, () -> region.window(0, 1));
    region.close();
    assertThat(engine.drainNotifications()).isEmpty();
    assertThat(engine.metrics().value("engine.regions")).isZero();
  }

  @Test
  void transfersCrossTheBorderOfWindowsAtOddOffsets() throws Exception {
    TransferEngine engine = engines.start("sim-virtual");
    long length = (2L << 30) + (64 << 20);
    MemoryRegion large = engine.allocate(length);
    MemoryRegion small = engine.allocate(1 << 20);
    TestEngines.fill(small, 9);
    RemoteBuffer remote =
        engine.openSegment(engine.name()).buffers().stream()
            .filter(it -> it.length() == length)
            .findFirst()
            .orElseThrow();

    for (long border : new long[] {1L << 30, 2L << 30}) {
      long offset = border - 333_333;
      engine
          .submit(TransferRequest.write(small, 0, remote, offset, 1 << 20))
          .get(20, TimeUnit.SECONDS);
      TestMemory.assertEqual(
          TestEngines.bytes(large, offset, 1 << 20), TestMemory.pattern(9, 0, 1 << 20), "across");
      engine
          .submit(TransferRequest.read(large, offset + (8 << 20), remote, offset, 1 << 20))
          .get(20, TimeUnit.SECONDS);
      TestMemory.assertEqual(
          TestEngines.bytes(large, offset + (8 << 20), 1 << 20),
          TestMemory.pattern(9, 0, 1 << 20),
          "from the same region");
    }
    assertThat(large.window(length - 1, 1).capacity()).isEqualTo(1);
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> large.window(length - 1, 2));
  }

  @Test
  @Tag("slow")
  void oneRequestMovesMoreThanTwoGibibytes() {
    TransferEngine here = engines.start("sim-virtual");
    TransferEngine there = engines.start("sim-virtual");
    long length = (2L << 30) + 12_345;
    MemoryRegion source = here.allocate(length);
    MemoryRegion target = there.allocate(length + 7);
    for (long at = 0; at < length; at += 256 << 20) {
      TestEngines.put(source, at, TestMemory.pattern(at, 0, 4096));
    }
    byte[] end = TestMemory.pattern(5, 0, 4096);
    TestEngines.put(source, length - 4096, end);
    Batch batch = here.newBatch(1);

    batch.submit(
        List.of(
            TransferRequest.write(source, 0, TestEngines.only(here, there), 7, length)
                .within(Duration.ofMinutes(1))));

    assertThat(batch.await(Duration.ofMinutes(1))).isTrue();
    assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    assertThat(batch.transferredBytes(0)).isEqualTo(length);
    for (long at = 0; at < length; at += 256 << 20) {
      TestMemory.assertEqual(
          TestEngines.bytes(target, at + 7, 4096), TestMemory.pattern(at, 0, 4096), "at " + at);
    }
    TestMemory.assertEqual(TestEngines.bytes(target, length + 7 - 4096, 4096), end, "the end");
  }
}
