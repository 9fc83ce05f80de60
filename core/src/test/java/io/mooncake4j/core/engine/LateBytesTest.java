package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.Stall;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stall, time out, retry, rewrite, release the stall: old bytes never appear where the engine has
 * said that they do not.
 */
class LateBytesTest {
  private static final int LENGTH = 4096;
  private static final Duration SHORT = Duration.ofMillis(250);

  private final TestEngines engines = new TestEngines();
  private TransferEngine here;
  private TransferEngine there;
  private MemoryRegion local;
  private MemoryRegion target;
  private RemoteBuffer remote;

  @BeforeEach
  void start() {
    start("sim-virtual");
  }

  private void start(String transport) {
    here = engines.start(transport);
    there = engines.start(transport);
    local = here.allocate(LENGTH);
    target = there.allocate(LENGTH);
    remote = TestEngines.only(here, there);
  }

  @AfterEach
  void close() {
    engines.close();
  }

  private Batch run(TransferRequest request) {
    Batch batch = here.newBatch(1);
    batch.submit(List.of(request));
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    return batch;
  }

  private TransferRequest write() {
    return TransferRequest.write(local, 0, remote, 0, LENGTH);
  }

  private TransferRequest read() {
    return TransferRequest.read(local, 0, remote, 0, LENGTH);
  }

  /** Nothing stalled is on its way any more: a later copy over the same transport has passed. */
  private void settle() {
    MemoryRegion other = here.allocate(1);
    Batch probe = here.newBatch(1);
    probe.submit(List.of(TransferRequest.read(other, 0, remote, 0, 1)));
    assertThat(probe.await(TestEngines.SOON)).isTrue();
    assertThat(probe.status()).isEqualTo(TransferStatus.COMPLETED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim-virtual", "sim-handle"})
  void aReadThatTimedOutNeverTouchesLocalMemoryAgain(String transport) {
    start(transport);
    TestEngines.fill(target, 1);
    try (Stall stall = Stall.landing()) {
      engines.faults().next(SimulatedCopy.reads(), 1, Fault.stallAfter(100, stall));
      Batch late = run(read().within(SHORT));
      assertThat(late.status(0)).isEqualTo(TransferStatus.TIMEOUT);
      assertThat(late.failure(0).code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(late.mayStillLand(0)).isFalse();

      TestEngines.fill(target, 2);
      assertThat(run(read()).status()).isEqualTo(TransferStatus.COMPLETED);
      TestEngines.fill(local, 3);
    }
    settle();
    TestMemory.assertEqual(
        TestEngines.bytes(local), TestMemory.pattern(3, 0, LENGTH), "rewritten local memory");
  }

  @Test
  void aWriteThatIsKnownToBeGoneNeverAppears() {
    TestEngines.fill(local, 1);
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.writes(), 1, Fault.stall(stall));
      Batch late = run(write().within(SHORT));
      assertThat(late.status(0)).isEqualTo(TransferStatus.TIMEOUT);
      assertThat(late.mayStillLand(0)).isFalse();

      TestEngines.fill(local, 2);
      assertThat(run(write()).status()).isEqualTo(TransferStatus.COMPLETED);
    }
    settle();
    TestMemory.assertEqual(
        TestEngines.bytes(target), TestMemory.pattern(2, 0, LENGTH), "the second write");
  }

  @Test
  void aWriteThatMayStillLandSaysSoAndLandsWithItsOwnBytes() {
    TestEngines.fill(local, 1);
    try (Stall stall = Stall.landing()) {
      engines.faults().next(SimulatedCopy.writes(), 1, Fault.stall(stall));
      Batch late = run(write().within(SHORT));
      assertThat(late.status(0)).isEqualTo(TransferStatus.TIMEOUT);
      assertThat(late.mayStillLand(0)).isTrue();
      TestEngines.fill(local, 2);
    }
    Await.until(
        () -> TestEngines.bytes(target, LENGTH - 1, 1)[0] == lastByte(1),
        "the bytes of the moment of submission");
    TestMemory.assertEqual(
        TestEngines.bytes(target), TestMemory.pattern(1, 0, LENGTH), "what was on the wire");
  }

  private static byte lastByte(long seed) {
    return TestMemory.pattern(seed, LENGTH - 1, 1)[0];
  }

  @Test
  void aWriteThatMayStillLandIsNotTriedAgain() {
    TestEngines.fill(local, 1);
    try (Stall stall = Stall.landing()) {
      var struck =
          engines
              .faults()
              .next(SimulatedCopy.any(), 5, Fault.failThenLand(ErrorCode.LINK_BROKEN, stall));
      Batch batch = run(write());

      assertThat(batch.status(0)).isEqualTo(TransferStatus.FAILED);
      assertThat(batch.failure(0))
          .hasMessageContaining("not tried again")
          .hasMessageContaining("sim-virtual");
      assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.LINK_BROKEN);
      assertThat(batch.mayStillLand(0)).isTrue();
      assertThat(struck).hasValue(1);
      assertThat(here.metrics().value("engine.retries")).isZero();
    }
  }

  @Test
  void anIdempotentWriteIsTriedAgainAlthoughItMayStillLand() {
    TestEngines.fill(local, 1);
    try (Stall stall = Stall.landing()) {
      engines
          .faults()
          .next(SimulatedCopy.any(), 1, Fault.failThenLand(ErrorCode.LINK_BROKEN, stall));
      Batch batch = run(write().asIdempotent());

      assertThat(batch.status(0)).isEqualTo(TransferStatus.COMPLETED);
      assertThat(batch.mayStillLand(0)).isFalse();
    }
    settle();
    TestMemory.assertEqual(
        TestEngines.bytes(target), TestMemory.pattern(1, 0, LENGTH), "the same bytes twice");
  }

  @Test
  void aWriteThatCannotLandAnyMoreIsTriedAgainAndTheOldBytesStayAway() {
    TestEngines.fill(local, 1);
    engines.faults().next(SimulatedCopy.any(), 2, Fault.fail(ErrorCode.LINK_BROKEN, false));

    assertThat(run(write()).status()).isEqualTo(TransferStatus.COMPLETED);
    TestEngines.fill(local, 2);
    assertThat(run(write()).status()).isEqualTo(TransferStatus.COMPLETED);

    settle();
    assertThat(here.metrics().value("engine.retries")).isEqualTo(2);
    TestMemory.assertEqual(
        TestEngines.bytes(target), TestMemory.pattern(2, 0, LENGTH), "the second write");
  }

  @Test
  void aReadIsTriedAgainAfterItBrokeHalfWay() {
    TestEngines.fill(target, 1);
    engines.faults().next(SimulatedCopy.any(), 3, Fault.failAfter(1000, ErrorCode.LINK_BROKEN));

    assertThat(run(read()).status()).isEqualTo(TransferStatus.COMPLETED);
    TestMemory.assertEqual(
        TestEngines.bytes(local), TestMemory.pattern(1, 0, LENGTH), "the whole read");
  }

  @Test
  void triesEndAfterTheirNumberWithTheTransportsError() {
    var struck = engines.faults().every(SimulatedCopy.any(), Fault.rejectAddress());

    Batch batch = run(read());

    assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.PEER_REJECTED_ADDRESS);
    assertThat(struck).hasValue(4);
  }

  @Test
  void aLinkThatBreaksFailsNobodyForGood() {
    TestEngines.fill(target, 5);
    try (Stall stall = Stall.landing()) {
      engines.faults().next(SimulatedCopy.any(), 3, Fault.stall(stall));
      engines.faults().next(SimulatedCopy.any(), 1, Fault.dropLink());
      Batch batch = here.newBatch(8);
      for (int i = 0; i < 8; i++) {
        batch.submit(List.of(TransferRequest.read(local, i * 512L, remote, i * 512L, 512)));
      }
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    }
    TestMemory.assertEqual(
        TestEngines.bytes(local), TestMemory.pattern(5, 0, LENGTH), "all eight reads");
  }
}
