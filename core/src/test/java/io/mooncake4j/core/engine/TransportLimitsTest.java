package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static io.mooncake4j.core.engine.StrictProvider.ALIGNMENT;
import static io.mooncake4j.core.engine.StrictProvider.MAX_REGION_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.core.engine.StrictProvider.Seen;
import io.mooncake4j.testkit.TestMemory;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A transport gets only slices that keep within what it has said of itself. */
class TransportLimitsTest {
  private static final String BOTH = "strict,sim-virtual";

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

  private static TransferRequest read(
      MemoryRegion local, long localOffset, Segment segment, long target, long length) {
    return TransferRequest.raw(
        OpCode.READ, local, localOffset, segment, AddressSpace.VIRTUAL, target, length);
  }

  private static Queue<Seen> seen(TransferEngine engine) {
    return StrictProvider.SEEN.get(engine.name());
  }

  private TransferEngine start(String option, Object value) {
    return engines.start(engines.with(BOTH).option("mooncake.strict." + option, "" + value));
  }

  @Test
  void aLocalRegionThatIsTooLongForATransportGoesByAnother() {
    TransferEngine engine = engines.start(BOTH);
    MemoryRegion target = engine.allocate(MAX_REGION_BYTES);
    MemoryRegion fits = engine.allocate(MAX_REGION_BYTES);
    MemoryRegion tooLong = engine.allocate(MAX_REGION_BYTES + 1);
    TestEngines.fill(target, 1);
    Segment self = engine.openSegment(engine.name());

    Batch strict = run(engine, read(fits, 0, self, target.address(), MAX_REGION_BYTES));
    assertThat(strict.servedBy(0)).isEqualTo("strict");
    TestMemory.assertEqual(
        TestEngines.bytes(fits), TestMemory.pattern(1, 0, MAX_REGION_BYTES), "read");
    seen(engine).clear();

    TransferRequest request = read(tooLong, 0, self, target.address(), 4096);
    assertThat(run(engine, request).servedBy(0)).isEqualTo("sim-virtual");
    Batch wished = run(engine, request.via("strict"));
    assertThat(wished.failure(0).code()).isEqualTo(ErrorCode.UNSUPPORTED_TRANSPORT);
    assertThat(wished.failure(0)).hasMessageContaining("+" + (MAX_REGION_BYTES + 1));
    assertThat(seen(engine)).isEmpty();
  }

  @Test
  void aTransportWithoutRemoteProcessesServesItsOwnSegmentOnly() {
    TransferEngine here = engines.start(BOTH);
    TransferEngine there = engines.start(BOTH);
    MemoryRegion local = here.allocate(4096);
    MemoryRegion target = there.allocate(4096);
    Segment peer = here.openSegment(there.name());

    TransferRequest request = read(local, 0, peer, target.address(), 4096);
    assertThat(run(here, request).servedBy(0)).isEqualTo("sim-virtual");
    assertThat(run(here, request.via("strict")).failure(0).code())
        .isEqualTo(ErrorCode.UNSUPPORTED_TRANSPORT);
    assertThat(seen(here)).isEmpty();
    Segment self = here.openSegment(here.name());
    assertThat(run(here, read(local, 0, self, local.address(), 512)).servedBy(0))
        .isEqualTo("strict");
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 512", "0, 1, 512", "0, 0, 511", "0, 0, 513", "256, 256, 512"})
  void unalignedRequestsGoByAnother(long localOffset, long targetOffset, long length) {
    TransferEngine engine = engines.start(BOTH);
    MemoryRegion local = engine.allocate(4096);
    MemoryRegion target = engine.allocate(4096);
    Segment self = engine.openSegment(engine.name());

    TransferRequest request =
        read(local, localOffset, self, target.address() + targetOffset, length);
    assertThat(run(engine, request).servedBy(0)).isEqualTo("sim-virtual");
    Batch wished = run(engine, request.via("strict"));
    assertThat(wished.failure(0).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(wished.failure(0)).hasMessageContaining("alignment");
    assertThat(seen(engine)).isEmpty();
  }

  @Test
  void slicesAreCutAtMultiplesOfTheAlignment() {
    TransferEngine engine = start("slice-bytes", 2 * ALIGNMENT + 476);
    MemoryRegion local = engine.allocate(8192);
    MemoryRegion target = engine.allocate(8192);
    TestEngines.fill(target, 2);
    Segment self = engine.openSegment(engine.name());

    Batch batch = run(engine, read(local, 512, self, target.address() + 1024, 5 * ALIGNMENT));

    assertThat(batch.servedBy(0)).isEqualTo("strict");
    assertThat(seen(engine))
        .containsExactly(
            new Seen(512, target.address() + 1024, 1024),
            new Seen(1536, target.address() + 2048, 1024),
            new Seen(2560, target.address() + 3072, 512));
    TestMemory.assertEqual(
        TestEngines.bytes(local, 512, 2560), TestMemory.pattern(2, 1024, 2560), "read");
  }

  @Test
  void anEntryInsideAnotherCutsNoSlice() {
    TransferEngine engine =
        engines.start(
            engines
                .with(BOTH)
                .option("mooncake.strict.slice-bytes", "512")
                .option("mooncake.strict.nested", "true"));
    MemoryRegion local = engine.allocate(4096);
    MemoryRegion target = engine.allocate(4096);
    Segment self = engine.openSegment(engine.name());

    Batch whole = run(engine, read(local, 0, self, target.address(), 4096));
    assertThat(whole.status()).isEqualTo(TransferStatus.COMPLETED);
    assertThat(whole.servedBy(0)).isEqualTo("strict");
    assertThat(seen(engine)).hasSize(8).allMatch(it -> it.length() == 512);
  }

  @ParameterizedTest
  @CsvSource({"4096, strict", "4608, strict", "4097, sim-virtual", "4352, sim-virtual"})
  void aRangeAcrossEntriesIsUsableWhenTheyMeetAtAMultiple(int seam, String by) {
    TransferEngine engine = engines.start(BOTH);
    TestMemory memory = TestMemory.allocate(8192);
    memory.fill(3);
    engine.register(Registration.of(memory.address(), seam, Location.ANY, memory));
    engine.register(Registration.of(memory.address() + seam, 8192 - seam, Location.ANY, memory));
    MemoryRegion local = engine.allocate(8192);
    Segment self = engine.openSegment(engine.name());
    self.refresh();

    Batch batch = run(engine, read(local, 0, self, memory.address(), 8192));

    assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    assertThat(batch.servedBy(0)).isEqualTo(by);
    assertThat(seen(engine)).hasSize(by.equals("strict") ? 2 : 0);
    TestMemory.assertEqual(TestEngines.bytes(local), TestMemory.pattern(3, 0, 8192), "read");
    // A part that crosses no seam does not suffer from it.
    assertThat(run(engine, read(local, 0, self, memory.address(), 4096)).servedBy(0))
        .isEqualTo("strict");
  }

  @Test
  void aTransportWhoseSlicesAreShorterThanItsAlignmentDoesNotStart() {
    assertCode(ErrorCode.PLUGIN, () -> start("slice-bytes", ALIGNMENT - 1));
    start("slice-bytes", ALIGNMENT);
  }
}
