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
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which transport carries a request: by rank, what is published, the request's wish, and luck. */
class SelectionTest {
  private static final String BOTH = "sim-virtual,sim-handle";

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
  void theHighestRankServesFirst() {
    TransferEngine here = engines.start(BOTH);
    TransferEngine there = engines.start(BOTH);
    MemoryRegion local = here.allocate(4096);
    there.allocate(4096);
    RemoteBuffer remote = TestEngines.only(here, there);

    assertThat(here.transports()).containsExactly("sim-handle", "sim-virtual");
    assertThat(remote.segment().transports()).containsExactly("sim-handle", "sim-virtual");
    Batch best = run(here, TransferRequest.write(local, 0, remote, 0, 4096));
    assertThat(best.status()).isEqualTo(TransferStatus.COMPLETED);
    assertThat(best.servedBy(0)).isEqualTo("sim-handle");
    Batch wished = run(here, TransferRequest.write(local, 0, remote, 0, 4096).via("sim-virtual"));
    assertThat(wished.servedBy(0)).isEqualTo("sim-virtual");
    assertThat(here.metrics().value("engine.via.sim-handle.written.bytes")).isEqualTo(4096);
    assertThat(here.metrics().value("engine.via.sim-virtual.written.bytes")).isEqualTo(4096);
  }

  @Test
  void theNextOneServesWhenTheFirstFails() {
    TransferEngine here = engines.start(BOTH);
    TransferEngine there = engines.start(BOTH);
    MemoryRegion local = here.allocate(4096);
    TestEngines.fill(there.allocate(4096), 1);
    RemoteBuffer remote = TestEngines.only(here, there);
    var struck =
        engines
            .faults()
            .every(SimulatedCopy.over("sim-handle"), Fault.fail(ErrorCode.ENDPOINT, false));

    Batch batch = run(here, TransferRequest.read(local, 0, remote, 0, 4096));

    assertThat(batch.servedBy(0)).isEqualTo("sim-virtual");
    assertThat(struck).hasValue(1);
    TestMemory.assertEqual(TestEngines.bytes(local), TestMemory.pattern(1, 0, 4096), "read");
  }

  @Test
  void aWishForOneTransportIsHonouredToTheEnd() {
    TransferEngine here = engines.start(BOTH);
    TransferEngine there = engines.start(BOTH);
    MemoryRegion local = here.allocate(16);
    there.allocate(16);
    RemoteBuffer remote = TestEngines.only(here, there);
    var struck =
        engines
            .faults()
            .every(SimulatedCopy.over("sim-handle"), Fault.fail(ErrorCode.ENDPOINT, false));

    Batch batch = run(here, TransferRequest.read(local, 0, remote, 0, 16).via("sim-handle"));

    assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.ENDPOINT);
    assertThat(batch.servedBy(0)).isEqualTo("sim-handle");
    assertThat(struck).hasValue(4);
  }

  @Test
  void aRegionThatATransportDoesNotPublishGoesByAnother() {
    String min = "mooncake.sim-handle.min-bytes";
    TransferEngine here = engines.start(BOTH);
    TransferEngine there = engines.start(engines.with(BOTH).option(min, "1024"));
    MemoryRegion small = there.allocate(16);
    MemoryRegion large = there.allocate(4096);
    MemoryRegion local = here.allocate(4096);
    Segment segment = here.openSegment(there.name());

    assertThat(run(here, read(local, segment, small, 16)).servedBy(0)).isEqualTo("sim-virtual");
    assertThat(run(here, read(local, segment, large, 4096)).servedBy(0)).isEqualTo("sim-handle");
    Batch wished = run(here, read(local, segment, small, 16).via("sim-handle"));
    assertThat(wished.failure(0).code()).isEqualTo(ErrorCode.ADDRESS_NOT_REGISTERED);
  }

  @Test
  void aTransportThatDoesNotReachThePeerIsNoWayToIt() {
    TransferEngine here =
        engines.start(engines.with(BOTH).option("mooncake.sim-handle.reaches", "false"));
    TransferEngine there = engines.start(BOTH);
    MemoryRegion local = here.allocate(4096);
    MemoryRegion remote = there.allocate(4096);
    Segment segment = here.openSegment(there.name());

    assertThat(segment.transports()).containsExactly("sim-virtual");
    assertThat(run(here, read(local, segment, remote, 16)).servedBy(0)).isEqualTo("sim-virtual");
    assertThat(here.metrics().value("transport.sim-handle.slices")).isZero();
    Batch wished = run(here, read(local, segment, remote, 16).via("sim-handle"));
    assertThat(wished.failure(0).code()).isEqualTo(ErrorCode.UNSUPPORTED_TRANSPORT);

    MemoryRegion own = here.allocate(4096);
    Segment self = here.openSegment(here.name());
    assertThat(self.transports()).contains("sim-handle");
    assertThat(run(here, read(local, self, own, 16)).status()).isEqualTo(TransferStatus.COMPLETED);
  }

  @Test
  void whetherAPeerIsReachedIsAskedOncePerDescriptor() {
    TransferEngine here = engines.start(BOTH);
    TransferEngine there = engines.start(BOTH);
    MemoryRegion local = here.allocate(4096);
    MemoryRegion remote = there.allocate(4096);
    Segment segment = here.openSegment(there.name());
    String asked = "transport.sim-handle.reaches.asked";

    for (int i = 0; i < 5; i++) {
      segment.refresh();
      assertThat(run(here, read(local, segment, remote, 16)).servedBy(0)).isEqualTo("sim-handle");
    }
    assertThat(here.metrics().value(asked)).isEqualTo(1);
    there.allocate(4096);
    segment.refresh();
    segment.refresh();
    assertThat(here.metrics().value(asked)).isEqualTo(2);
  }

  private static TransferRequest read(
      MemoryRegion local, Segment segment, MemoryRegion target, long length) {
    return TransferRequest.raw(
        OpCode.READ, local, 0, segment, AddressSpace.VIRTUAL, target.address(), length);
  }

  @Test
  void handlesThatWereRevokedAreImportedAnew() {
    TransferEngine here = engines.start("sim-handle");
    TransferEngine there = engines.start("sim-handle");
    MemoryRegion local = here.allocate(4096);
    TestEngines.fill(there.allocate(4096), 2);
    RemoteBuffer remote = TestEngines.only(here, there);
    assertThat(run(here, TransferRequest.read(local, 0, remote, 0, 4096)).status())
        .isEqualTo(TransferStatus.COMPLETED);

    for (int i = 0; i < 3; i++) {
      assertThat(engines.network().republish(there.name())).isEqualTo(1);
      assertThat(run(here, TransferRequest.read(local, 0, remote, 0, 4096)).status())
          .isEqualTo(TransferStatus.COMPLETED);
    }
    TestMemory.assertEqual(TestEngines.bytes(local), TestMemory.pattern(2, 0, 4096), "read");
  }

  @Test
  void anEntryMayBeLongerThanItsRegionAndWhatLiesOutsideIsRefusedByThePeer() {
    String layout = "mooncake.sim-handle.layout";
    TransferEngine here = engines.start("sim-handle");
    TransferEngine there = engines.start(engines.with("sim-handle").option(layout, "allocation"));
    TestMemory memory = TestMemory.allocate(8192);
    there.register(Registration.of(memory.address() + 100, 5000, Location.ANY, memory));
    MemoryRegion local = here.allocate(8192);
    RemoteBuffer remote = TestEngines.only(here, there);

    assertThat(remote.address()).isEqualTo(memory.address());
    assertThat(remote.length()).isEqualTo(8192);
    assertThat(run(here, TransferRequest.read(local, 0, remote, 100, 5000)).status())
        .isEqualTo(TransferStatus.COMPLETED);
    assertThat(run(here, TransferRequest.read(local, 0, remote, 99, 5000)).failure(0).code())
        .isEqualTo(ErrorCode.PEER_REJECTED_ADDRESS);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 4095, 4096, Long.MIN_VALUE / 2})
  void aRangeThatIsNotWhollyPublishedIsRefusedByName(long offset) {
    TransferEngine here = engines.start("sim-virtual");
    TransferEngine there = engines.start("sim-virtual");
    MemoryRegion local = here.allocate(8192);
    MemoryRegion target = there.allocate(4096);
    Segment segment = here.openSegment(there.name());

    Batch batch =
        run(
            here,
            TransferRequest.raw(
                OpCode.WRITE,
                local,
                0,
                segment,
                AddressSpace.VIRTUAL,
                target.address() + offset,
                4097));

    assertThat(batch.status(0)).isEqualTo(TransferStatus.FAILED);
    assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.ADDRESS_NOT_REGISTERED);
    assertThat(batch.failure(0)).hasMessageContaining(there.name());
    assertThat(batch.mayStillLand(0)).isFalse();
  }

  @Test
  void aRangeAcrossAGapIsRefusedAndOneAcrossNeighboursIsNot() {
    TransferEngine here = engines.start("sim-virtual");
    TransferEngine there = engines.start("sim-virtual");
    TestMemory memory = TestMemory.allocate(3 * 4096);
    MemoryRegion low =
        there.register(Registration.of(memory.address(), 4096, Location.ANY, memory));
    there.register(Registration.of(memory.address() + 4096, 4095, Location.ANY, memory));
    there.register(Registration.of(memory.address() + 8192, 4096, Location.ANY, memory));
    MemoryRegion local = here.allocate(3 * 4096);
    Segment segment = here.openSegment(there.name());

    assertThat(run(here, read(local, segment, low, 8191)).status())
        .isEqualTo(TransferStatus.COMPLETED);
    assertThat(run(here, read(local, segment, low, 8193)).failure(0).code())
        .isEqualTo(ErrorCode.ADDRESS_NOT_REGISTERED);
  }

  @Test
  void whatNoTransportCanDoIsUnsupported() {
    TransferEngine here = engines.start("sim-device");
    TransferEngine there = engines.start("sim-virtual");
    MemoryRegion local = here.allocate(16);
    MemoryRegion target = there.allocate(16);
    Segment segment = here.openSegment(there.name());

    assertThat(segment.transports()).isEmpty();
    Batch none = run(here, read(local, segment, target, 16));
    assertThat(none.failure(0).code()).isEqualTo(ErrorCode.UNSUPPORTED_TRANSPORT);

    TransferEngine virtual = engines.start("sim-virtual");
    MemoryRegion memory = virtual.allocate(16);
    Batch space =
        run(
            virtual,
            TransferRequest.raw(
                OpCode.READ,
                memory,
                0,
                virtual.openSegment(there.name()),
                AddressSpace.DEVICE_OFFSET,
                0,
                16));
    assertThat(space.failure(0).code()).isEqualTo(ErrorCode.UNSUPPORTED_TRANSPORT);
    assertThat(space.failure(0)).hasMessageContaining("DEVICE_OFFSET");
  }

  @Test
  void localOnlyRegionsAreNotPublishedAndNotServed() {
    TransferEngine here = engines.start(BOTH);
    TransferEngine there = engines.start(BOTH);
    MemoryRegion secret = there.allocate(io.mooncake4j.api.Allocation.of(4096).localOnly());
    MemoryRegion local = here.allocate(4096);
    Segment segment = here.openSegment(there.name());

    assertThat(segment.buffers()).isEmpty();
    assertThat(run(here, read(local, segment, secret, 16)).failure(0).code())
        .isEqualTo(ErrorCode.ADDRESS_NOT_REGISTERED);
  }

  @Test
  void wrongOptionsAreRefusedAtTheStart() {
    assertCode(ErrorCode.OPTION, () -> engines.start("pigeon"));
    assertCode(
        ErrorCode.OPTION,
        () -> engines.start(engines.with("sim-virtual").option("mooncake.no-such-key", "1")));
    assertCode(
        ErrorCode.OPTION,
        () -> engines.start(engines.with("sim-virtual").option("mooncake.transfer.attempts", "0")));
    assertCode(
        ErrorCode.OPTION,
        () ->
            engines.start(
                engines.with("sim-virtual").option("mooncake.classic.protocol", "pigeon")));
    assertCode(
        ErrorCode.OPTION, () -> engines.start(engines.with("sim-virtual").metadata("pigeon://x")));
    assertCode(ErrorCode.OPTION, () -> engines.start("sim-file"));
  }
}
