package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.core.local.LocalTransportProvider;
import io.mooncake4j.testkit.TestMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to the engine's own segment, which the engine carries out itself. */
@Timeout(60)
class LocalCopiesTest {
  private static final String LOCAL = LocalTransportProvider.NAME;
  private static final String BOTH = LOCAL + ",sim-virtual";

  private final TestEngines engines = new TestEngines();

  @AfterEach
  void close() {
    engines.close();
  }

  private static Batch run(TransferEngine engine, TransferRequest request) {
    Batch batch = engine.newBatch(1);
    batch.submit(List.of(request));
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    return batch;
  }

  @Test
  void theOwnSegmentIsServedByACopyAndPeersAreNot() {
    TransferEngine here = engines.start(BOTH);
    TransferEngine there = engines.start(BOTH);
    MemoryRegion memory = here.allocate(1 << 20);
    TestEngines.fill(memory, 1);
    MemoryRegion other = here.allocate(1 << 20);
    there.allocate(1 << 20);
    Segment own = here.openSegment(here.name());
    RemoteBuffer remote = TestEngines.only(here, there);

    Batch copied =
        run(
            here,
            TransferRequest.raw(
                OpCode.READ, other, 0, own, AddressSpace.VIRTUAL, memory.address(), 1 << 20));
    assertThat(copied.status()).isEqualTo(TransferStatus.COMPLETED);
    assertThat(copied.servedBy(0)).isEqualTo(LOCAL);
    TestMemory.assertEqual(
        TestEngines.bytes(other), TestMemory.pattern(1, 0, 1 << 20), "copied memory");
    assertThat(here.metrics().value("engine.via." + LOCAL + ".read.bytes")).isEqualTo(1 << 20);

    Batch sent = run(here, TransferRequest.write(memory, 0, remote, 0, 4096));
    assertThat(sent.servedBy(0)).isEqualTo("sim-virtual");
    assertThat(own.transports()).containsExactly(LOCAL, "sim-virtual");
    assertThat(remote.segment().transports()).containsExactly("sim-virtual");
    assertThat(own.buffers()).as("each range once").hasSize(2);
  }

  @Test
  void whatEndsWhileItIsSubmittedIsCountedAndLetsGoOfItsRegions() {
    TransferEngine here = engines.start(BOTH);
    MemoryRegion source = here.allocate(8192);
    MemoryRegion other = here.allocate(8192);
    RemoteBuffer own = TestEngines.only(here, here);
    try (Batch batch = here.newBatch(3)) {
      batch.submit(
          List.of(
              TransferRequest.write(other, 0, own, 0, 100),
              TransferRequest.write(source, 4096, own, 0, 50),
              TransferRequest.read(other, 0, own, 0, 7)));
      assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    }
    assertThat(here.metrics().counters())
        .containsEntry("engine.requests.completed", 3L)
        .containsEntry("engine.via." + LOCAL + ".written.bytes", 150L)
        .containsEntry("engine.via." + LOCAL + ".read.bytes", 7L);
    assertThat(here.metrics().gauges()).containsEntry("engine.batches", 0L);
    source.close();
    other.close();
    assertThat(here.metrics().gauges()).containsEntry("engine.regions", 0L);
  }

  @Test
  void aListOfTransportsOrARequestsWishSwitchesItOff() {
    TransferEngine both = engines.start(BOTH);
    TransferEngine without = engines.start("sim-virtual");
    for (TransferEngine engine : List.of(both, without)) {
      MemoryRegion memory = engine.allocate(8192);
      RemoteBuffer own = TestEngines.only(engine, engine);
      Batch batch =
          run(engine, TransferRequest.write(memory, 0, own, 4096, 4096).via("sim-virtual"));
      assertThat(batch.servedBy(0)).isEqualTo("sim-virtual");
      batch = run(engine, TransferRequest.write(memory, 0, own, 4096, 4096));
      assertThat(batch.servedBy(0)).isEqualTo(engine == both ? LOCAL : "sim-virtual");
    }
    assertThat(without.transports()).containsExactly("sim-virtual");
  }

  @Test
  void anEngineOfItsOwnCopiesAloneStartsOnlyWhenAskedFor() {
    TransferEngine alone = engines.start(LOCAL);
    MemoryRegion memory = alone.allocate(8192);
    RemoteBuffer own = TestEngines.only(alone, alone);

    assertThat(run(alone, TransferRequest.write(memory, 0, own, 4096, 4096)).servedBy(0))
        .isEqualTo(LOCAL);
    TransferEngine peer = engines.start("sim-virtual");
    assertThat(peer.openSegment(alone.name()).transports()).isEmpty();
  }

  @Test
  void longRequestsMustNotOverlapBecauseTheirSlicesHaveNoOrder() {
    TransferEngine engine = engines.start(BOTH);
    long length = (1L << 30) + 1;
    try (TestMemory reserved = TestMemory.allocate(length + 8192)) {
      MemoryRegion memory =
          engine.register(
              Registration.of(reserved.address(), length + 8192, Location.ANY, reserved));
      RemoteBuffer own = TestEngines.only(engine, engine);
      Batch batch = engine.newBatch(1);
      assertCode(
          ErrorCode.INVALID_ARGUMENT,
          () -> batch.submit(List.of(TransferRequest.write(memory, 0, own, 4096, length))));
      assertThat(batch.size()).isZero();
      memory.close();
    }
  }

  @Test
  void closingARegionOrTheEngineWhileCopiesAreUnderWayEndsEachOnce() {
    TransferEngine engine =
        engines.start(engines.with(BOTH).option("mooncake.local.direct-bytes", "0"));
    long half = 16L << 20;
    MemoryRegion from = engine.allocate(half);
    MemoryRegion to = engine.allocate(half);
    Segment own = engine.openSegment(engine.name());
    List<TransferRequest> requests = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      requests.add(
          TransferRequest.raw(
              OpCode.WRITE, from, 0, own, AddressSpace.VIRTUAL, to.address(), half));
    }
    Batch batch = engine.newBatch(16);
    batch.submit(requests);
    to.close();
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    MemoryRegion again = engine.allocate(half);
    own.refresh();
    Batch second = engine.newBatch(16);
    second.submit(
        requests.stream()
            .map(
                it ->
                    TransferRequest.raw(
                        OpCode.READ, from, 0, own, AddressSpace.VIRTUAL, again.address(), half))
            .toList());
    engine.close();
    assertThat(second.status().isFinal()).isTrue();
  }
}
