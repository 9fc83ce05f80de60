package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.Stall;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plugin that throws from a method of the SPI harms nobody else, and no request is lost. */
class DefectiveTransportTest {
  private static final String BOTH = DefectiveProvider.NAME + ",sim-virtual";

  private final SilentLog log = new SilentLog();
  private final TestEngines engines = new TestEngines();

  @AfterEach
  void close() {
    engines.close();
    log.close();
  }

  private TransferEngine with(String defect) {
    return engines.start(engines.with(BOTH).option("mooncake.defective.in", defect));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit",
        "submit-linkage",
        "submit-error",
        "advertise",
        "advertise-linkage",
        "quiesce",
        "withdraw",
        "reaches",
        "reaches-linkage",
        "release",
        "accept",
        "accept-null",
        "close",
        "close-linkage",
        "nothing-said"
      })
  void theNextTransportServes(String defect) {
    TransferEngine here = with(defect);
    TransferEngine there = with(defect);
    MemoryRegion local = here.allocate(4096);
    MemoryRegion target = there.allocate(4096);
    RemoteBuffer remote = TestEngines.only(here, there);
    Batch batch = here.newBatch(64);
    for (int i = 0; i < 64; i++) {
      batch.submit(List.of(TransferRequest.read(local, i * 64L, remote, i * 64L, 64)));
    }

    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.status()).as("%s", batch.failure(0)).isEqualTo(TransferStatus.COMPLETED);
    assertThat(batch.servedBy(0)).isEqualTo("sim-virtual");
    target.close();
    local.close();
    assertThat(here.metrics().value("engine.regions")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "create-linkage", "maxSliceBytes", "zero"})
  void aTransportThatCannotStartIsRefusedWithWords(String defect) {
    assertCode(ErrorCode.PLUGIN, () -> with(defect));
  }

  @Test
  void aWriteThatAThrowingTransportMayHaveTakenIsNotSentByAnother() {
    TransferEngine here = with("submit");
    TransferEngine there = with("submit");
    MemoryRegion local = here.allocate(16);
    there.allocate(16);
    RemoteBuffer remote = TestEngines.only(here, there);
    Batch batch = here.newBatch(1);

    batch.submit(List.of(TransferRequest.write(local, 0, remote, 0, 16)));

    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(batch.mayStillLand(0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"register", "register-linkage", "register-null"})
  void aFailedRegistrationLeavesNothingBehind(String defect) {
    TransferEngine engine = with(defect);

    assertCode(ErrorCode.INTERNAL, () -> engine.allocate(4096));

    assertThat(engine.metrics().value("engine.regions")).isZero();
    assertThat(engine.openSegment(engine.name()).buffers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"silence", "cancel", "cancel-linkage", "cancel-error"})
  void aTransportThatNeverCompletesHoldsItsMemoryButNoRequest(String defect) {
    TransferEngine here =
        engines.start(
            engines
                .with(BOTH)
                .option("mooncake.defective.in", defect)
                .option("mooncake.close.timeout", "1ms"));
    TransferEngine there = with("");
    MemoryRegion local = here.allocate(16);
    MemoryRegion other = here.allocate(16);
    there.allocate(16);
    RemoteBuffer remote = TestEngines.only(here, there);
    Batch batch = here.newBatch(2);
    batch.submit(
        List.of(
            TransferRequest.read(local, 0, remote, 0, 16).within(Duration.ofMillis(10)),
            TransferRequest.read(other, 0, remote, 0, 16).via("sim-virtual")));

    Await.until(() -> batch.status(1) == TransferStatus.COMPLETED, "the transport that works");
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.status(0)).isEqualTo(TransferStatus.TIMEOUT);
    other.close();
    assertCode(ErrorCode.REGION_BUSY, local::close);

    // The batch can be used again while the transport still has the slice.
    Queue<Slice> swallowed = DefectiveProvider.SWALLOWED.get(here.name());
    Slice late = swallowed.remove();
    batch.reset();
    MemoryRegion fresh = here.allocate(16);
    batch.submit(List.of(TransferRequest.read(fresh, 0, remote, 0, 16).via("sim-virtual")));
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(late.region()).isSameAs(local);
    late.succeed();
    assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    local.close();
  }

  @Test
  void aSubmissionThatDoesNotReturnDelaysNobodysDeadline() throws Exception {
    TransferEngine here = with("lingering");
    TransferEngine there = with("");
    MemoryRegion local = here.allocate(16);
    there.allocate(16);
    RemoteBuffer remote = TestEngines.only(here, there);
    TransferRequest read = TransferRequest.read(local, 0, remote, 0, 16);
    Batch lingering = here.newBatch(2);
    lingering.submit(List.of(read));
    CountDownLatch latch = new CountDownLatch(1);
    DefectiveProvider.lingering = latch;
    Thread submitter = new Thread(() -> lingering.submit(List.of(read)));
    submitter.start();
    Await.until(
        () -> lingering.size() == 2 && lingering.status().isFinal(), "the request that lingers");
    try (Stall stall = Stall.dropping()) {
      engines.faults().every(SimulatedCopy.any(), Fault.stall(stall));
      Batch other = here.newBatch(1);
      other.submit(List.of(read.via("sim-virtual").within(Duration.ofMillis(50))));
      assertThat(other.await(Duration.ofSeconds(10))).isTrue();
      assertThat(other.status()).isEqualTo(TransferStatus.TIMEOUT);
    } finally {
      latch.countDown();
    }
    submitter.join(20_000);
    assertThat(lingering.await(TestEngines.SOON)).isTrue();
  }

  @Test
  void closingTheEngineEndsWhatATransportDoesNotEnd() {
    TransferEngine here = with("silence");
    TransferEngine there = with("");
    MemoryRegion local = here.allocate(16);
    there.allocate(16);
    RemoteBuffer remote = TestEngines.only(here, there);
    Batch batch = here.newBatch(1);
    batch.submit(List.of(TransferRequest.read(local, 0, remote, 0, 16)));

    here.close();

    assertThat(batch.await(TestEngines.SOON)).isTrue();
    MooncakeException failure = batch.failure(0);
    assertThat(failure.code()).isEqualTo(ErrorCode.CLOSED);
    DefectiveProvider.SWALLOWED.get(here.name()).remove().succeed();
  }
}
