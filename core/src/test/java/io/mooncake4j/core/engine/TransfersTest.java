package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.TestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes go where they are to go, on every simulated transport. */
class TransfersTest {
  private static final int LENGTH = 3 << 20;

  private final TestEngines engines = new TestEngines();

  @AfterEach
  void close() {
    engines.close();
  }

  /** A region that peers reach over a transport: sim-device publishes the shared device alone. */
  private MemoryRegion reachable(TransferEngine engine, String transport, long length) {
    if (!transport.equals("sim-device")) {
      return engine.allocate(length);
    }
    TestMemory part = engines.network().device().allocate(length);
    return engine.register(Registration.of(part.address(), length, Location.ANY, part));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim-virtual", "sim-device", "sim-handle"})
  void writesAndReadsBackAnyLengthAtAnyOffset(String transport) throws Exception {
    TransferEngine here = engines.start(transport);
    TransferEngine there = engines.start(transport);
    MemoryRegion source = here.allocate(LENGTH);
    MemoryRegion back = here.allocate(LENGTH);
    MemoryRegion target = reachable(there, transport, LENGTH);
    TestEngines.fill(source, 1);
    RemoteBuffer remote = TestEngines.only(here, there);
    Segment segment = remote.segment();

    for (int length : new int[] {1, 7, 4096, 262_144, 262_145, 1_048_577, LENGTH - 5}) {
      write(here, segment, remote, source, 3, 2, length);
      TestMemory.assertEqual(
          TestEngines.bytes(target, 2, length), TestMemory.pattern(1, 3, length), "written");
      TransferRequest read =
          TransferRequest.raw(
              OpCode.READ, back, 5, segment, remote.space(), remote.address() + 2, length);
      assertThat(here.submit(read).get(20, TimeUnit.SECONDS)).isEqualTo(length);
      TestMemory.assertEqual(
          TestEngines.bytes(back, 5, length), TestMemory.pattern(1, 3, length), "read back");
    }
    assertThat(here.metrics().value("engine.via." + transport + ".written.bytes")).isPositive();
    assertThat(here.metrics().value("engine.requests.failed")).isZero();
  }

  private static void write(
      TransferEngine engine,
      Segment segment,
      RemoteBuffer remote,
      MemoryRegion source,
      long from,
      long to,
      long length)
      throws Exception {
    TransferRequest request =
        TransferRequest.raw(
            OpCode.WRITE, source, from, segment, remote.space(), remote.address() + to, length);
    assertThat(engine.submit(request).get(20, TimeUnit.SECONDS)).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim-virtual", "sim-device"})
  void reachesItsOwnMemory(String transport) throws Exception {
    TransferEngine engine = engines.start(transport);
    MemoryRegion target = reachable(engine, transport, 1 << 20);
    MemoryRegion source = engine.allocate(1 << 20);
    TestEngines.fill(source, 2);
    Segment self = engine.openSegment(engine.name());
    self.refresh();
    RemoteBuffer own =
        self.buffers().stream()
            .filter(it -> it.space() != AddressSpace.VIRTUAL || it.address() == target.address())
            .findFirst()
            .orElseThrow();

    engine.submit(TransferRequest.write(source, 0, own, 0, 1 << 20)).get(20, TimeUnit.SECONDS);

    TestMemory.assertEqual(
        TestEngines.bytes(target), TestMemory.pattern(2, 0, 1 << 20), "own memory");
  }

  @Test
  void ownRegionsAreFoundAsSoonAsTheyAreRegistered() throws Exception {
    TransferEngine engine = engines.start("sim-virtual");
    Segment self = engine.openSegment("/" + engine.name());
    assertThat(self.buffers()).isEmpty();
    MemoryRegion region = engine.allocate(4096);
    MemoryRegion local = engine.allocate(4096);

    TransferRequest raw =
        TransferRequest.raw(
            OpCode.READ, local, 0, self, AddressSpace.VIRTUAL, region.address(), 4096);

    assertThat(engine.submit(raw).get(20, TimeUnit.SECONDS)).isEqualTo(4096L);
    assertThat(engine.openSegment(engine.name())).isSameAs(self);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim-virtual", "sim-handle"})
  void oneBatchMovesThousandsOfRequestsToSeveralEngines(String transport) {
    TransferEngine here = engines.start(transport);
    List<MemoryRegion> targets = new ArrayList<>();
    List<RemoteBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TransferEngine there = engines.start(transport);
      targets.add(there.allocate(1 << 20));
      buffers.add(TestEngines.only(here, there));
    }
    MemoryRegion source = here.allocate(1 << 20);
    TestEngines.fill(source, 3);
    List<TransferRequest> requests = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      int offset = i / 3 * 1024;
      requests.add(
          TransferRequest.raw(
              OpCode.WRITE,
              source,
              offset,
              buffers.get(i % 3).segment(),
              AddressSpace.VIRTUAL,
              targets.get(i % 3).address() + offset,
              1024));
    }

    Batch batch = here.newBatch(3000);
    for (int round = 0; round < 2; round++) {
      batch.submit(requests.subList(0, 1500));
      batch.submit(requests.subList(1500, 3000));
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
      assertThat(batch.transferredBytes(2999)).isEqualTo(1024);
      assertThat(batch.servedBy(2999)).isEqualTo(transport);
      batch.reset();
    }
    batch.close();

    for (MemoryRegion target : targets) {
      TestMemory.assertEqual(
          TestEngines.bytes(target, 0, 1000 * 1024),
          TestMemory.pattern(3, 0, 1000 * 1024),
          "a target");
    }
  }

  @Test
  void aRangeAcrossAdjacentEntriesIsSplitThere() throws Exception {
    TransferEngine here = engines.start("sim-handle");
    TransferEngine there =
        engines.start(engines.with("sim-handle").option("mooncake.sim-handle.chunk-bytes", "1000"));
    MemoryRegion target = there.allocate(10_000);
    MemoryRegion source = here.allocate(10_000);
    TestEngines.fill(source, 4);
    Segment segment = here.openSegment(there.name());
    assertThat(segment.buffers()).hasSize(10);

    TransferRequest across =
        TransferRequest.raw(
            OpCode.WRITE, source, 0, segment, AddressSpace.VIRTUAL, target.address() + 500, 9_000);
    here.submit(across).get(20, TimeUnit.SECONDS);

    TestMemory.assertEqual(
        TestEngines.bytes(target, 500, 9_000), TestMemory.pattern(4, 0, 9_000), "the range");
  }

  @Test
  void manySegmentsOfManyEnginesAtOnce() throws Exception {
    TransferEngine here = engines.start("sim-virtual");
    MemoryRegion local = here.allocate(8 * 4096);
    for (int i = 0; i < 8; i++) {
      TransferEngine there = engines.start("sim-virtual");
      TestEngines.fill(there.allocate(4096), 10 + i);
      here.submit(TransferRequest.read(local, i * 4096L, TestEngines.only(here, there), 0, 4096))
          .get(20, TimeUnit.SECONDS);
    }

    for (int i = 0; i < 8; i++) {
      TestMemory.assertEqual(
          TestEngines.bytes(local, i * 4096L, 4096), TestMemory.pattern(10 + i, 0, 4096), "read");
    }
    assertThat(here.metrics().value("engine.segments")).isEqualTo(8);
  }
}
