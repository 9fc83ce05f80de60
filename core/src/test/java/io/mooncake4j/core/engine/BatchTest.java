package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.Stall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches: capacity, deadlines, cancelling, waiting, reuse, notifications. */
class BatchTest {
  private static final int LENGTH = 4096;

  private final TestEngines engines = new TestEngines();
  private TransferEngine here;
  private TransferEngine there;
  private MemoryRegion local;
  private RemoteBuffer remote;

  @BeforeEach
  void start() {
    here = engines.start("sim-virtual");
    there = engines.start("sim-virtual");
    local = here.allocate(LENGTH);
    there.allocate(LENGTH);
    remote = TestEngines.only(here, there);
  }

  @AfterEach
  void close() {
    engines.close();
  }

  private TransferRequest read(int length) {
    return TransferRequest.read(local, 0, remote, 0, length);
  }

  static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void refusesAsAWholeWhatDoesNotFit() {
    Batch batch = here.newBatch(2);
    batch.submit(List.of(read(1)));

    assertCode(ErrorCode.TOO_MANY_REQUESTS, () -> batch.submit(List.of(read(1), read(1))));

    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> batch.status(1));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> here.newBatch(0));
  }

  @Test
  void refusesWhatIsNotItsEnginesOwn() {
    Batch batch = here.newBatch(2);
    MemoryRegion foreign = there.allocate(16);
    TransferRequest foreignMemory = TransferRequest.read(foreign, 0, remote, 0, 1);
    RemoteBuffer back = TestEngines.only(there, here);

    assertCode(ErrorCode.INVALID_ARGUMENT, () -> batch.submit(List.of(read(1), foreignMemory)));
    assertCode(
        ErrorCode.INVALID_ARGUMENT,
        () -> batch.submit(List.of(TransferRequest.read(local, 0, back, 0, 1))));
    assertCode(ErrorCode.UNSUPPORTED_TRANSPORT, () -> batch.submit(List.of(read(1).via("pigeon"))));
    assertCode(
        ErrorCode.INVALID_ARGUMENT, () -> batch.submit(List.of(), new Notification("n", "m")));

    assertThat(batch.size()).isZero();
    // Nothing is held by what was refused.
    local.close();
  }

  @Test
  void closedThingsRefuse() {
    Batch batch = here.newBatch(1);
    Batch second = here.newBatch(1);
    batch.close();
    assertCode(ErrorCode.CLOSED, () -> batch.submit(List.of(read(1))));
    TransferRequest before = read(1);
    local.close();
    assertCode(ErrorCode.CLOSED, () -> second.submit(List.of(before)));
    here.close();
    assertCode(ErrorCode.CLOSED, () -> second.submit(List.of(before)));
    assertCode(ErrorCode.CLOSED, () -> here.newBatch(1));
    assertCode(ErrorCode.CLOSED, () -> here.allocate(1));
    assertCode(ErrorCode.CLOSED, () -> here.openSegment(there.name()));
    assertCode(ErrorCode.CLOSED, () -> here.notify(there.name(), new Notification("n", "m")));
    assertCode(ErrorCode.CLOSED, () -> here.probe(there.name()));
  }

  @Test
  void noBytesAreDoneAtOnce() throws Exception {
    TransferRequest nothing =
        TransferRequest.raw(
            OpCode.WRITE, local, LENGTH, remote.segment(), AddressSpace.VIRTUAL, 1, 0);

    assertThat(here.submit(nothing).get(20, TimeUnit.SECONDS)).isZero();
    Batch batch = here.newBatch(1);
    assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    assertThat(batch.await(Duration.ZERO)).isTrue();
    assertThat(batch.future()).isCompletedWithValue(TransferStatus.COMPLETED);
  }

  @Test
  void theEnginesDeadlineHoldsForRequestsThatSayNothing() {
    TransferEngine hasty =
        engines.start(engines.with("sim-virtual").option("mooncake.transfer.timeout", "1s"));
    MemoryRegion memory = hasty.allocate(1);
    TransferRequest read = TransferRequest.read(memory, 0, TestEngines.only(hasty, there), 0, 1);
    try (Stall stall = Stall.dropping()) {
      engines.faults().every(SimulatedCopy.any(), Fault.stall(stall));
      Batch batch = hasty.newBatch(2);
      long start = System.nanoTime();
      batch.submit(List.of(read, read.within(Duration.ofMillis(20))));

      Await.until(() -> batch.status(1) == TransferStatus.TIMEOUT, "the shorter deadline");
      assertThat(batch.status(0)).isEqualTo(TransferStatus.WAITING);
      assertThat(batch.status()).isEqualTo(TransferStatus.WAITING);
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.SECONDS.toNanos(1));
      assertThat(batch.status()).isEqualTo(TransferStatus.TIMEOUT);
      assertThat(batch.failure(0)).hasMessageContaining("did not end by its deadline");
    }
    assertThat(hasty.metrics().value("engine.requests.failed")).isEqualTo(2);
  }

  @Test
  void unthinkablyLongTimeoutsAreLong() throws Exception {
    Duration ages = Duration.ofSeconds(Long.MAX_VALUE);

    assertThat(here.submit(read(5).within(ages)).get(20, TimeUnit.SECONDS)).isEqualTo(5L);
    Batch batch = here.newBatch(1);
    batch.submit(List.of(read(5).within(ages)));
    assertThat(batch.await(ages)).isTrue();
    assertThat(batch.await(Duration.ofSeconds(Long.MIN_VALUE))).isTrue();
    there.notify(here.name(), new Notification("n", "m"));
    assertThat(here.pollNotification(ages)).isEqualTo(new Notification("n", "m"));
    assertThat(here.pollNotification(Duration.ofSeconds(Long.MIN_VALUE))).isNull();
  }

  @Test
  void cancelStopsWhatHasNotBegunAndLeavesTheRest() {
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.any(), 1, Fault.stall(stall));
      engines.faults().every(SimulatedCopy.any(), Fault.fail(ErrorCode.LINK_BROKEN, false));
      Batch batch = here.newBatch(1);
      batch.submit(List.of(read(1).within(Duration.ofSeconds(20))));
      stall.awaitArrivals(1);
      batch.cancel();
      assertThat(batch.status()).isEqualTo(TransferStatus.WAITING);
      engines.faults().clear();
      stall.release();
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    }
  }

  @Test
  void cancelEndsWhatWouldBeTriedAgain() {
    TransferEngine patient =
        engines.start(
            engines
                .with("sim-virtual")
                .option("mooncake.transfer.retry-delay", "1m")
                .option("mooncake.transfer.timeout", "10m"));
    MemoryRegion memory = patient.allocate(1);
    RemoteBuffer far = TestEngines.only(patient, there);
    engines.faults().every(SimulatedCopy.any(), Fault.fail(ErrorCode.LINK_BROKEN, false));
    Batch batch = patient.newBatch(1);
    batch.submit(List.of(TransferRequest.read(memory, 0, far, 0, 1)));
    Await.until(() -> patient.metrics().value("engine.retries") == 1, "the first try's failure");

    batch.cancel();

    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.status()).isEqualTo(TransferStatus.CANCELED);
    assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.CANCELED);
    memory.close();
  }

  @Test
  void aBusyBatchIsNeitherResetNorClosed() {
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.any(), 1, Fault.stall(stall));
      Batch batch = here.newBatch(1);
      batch.submit(List.of(read(1).within(TestEngines.SOON)));
      assertCode(ErrorCode.BATCH_BUSY, batch::reset);
      assertCode(ErrorCode.BATCH_BUSY, batch::close);
      assertThat(batch.await(Duration.ofMillis(5))).isFalse();
      stall.release();
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      batch.reset();
      assertThat(batch.size()).isZero();
      batch.submit(List.of(read(1)));
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      batch.close();
    }
  }

  @Test
  void whoPollsTheStatusMayResetAtOnce() {
    Batch batch = here.newBatch(4);
    for (int i = 0; i < 2000; i++) {
      batch.submit(List.of(read(1), read(2), read(3), read(4)));
      long end = System.nanoTime() + TestEngines.SOON.toNanos();
      while (!batch.status().isFinal() && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
      batch.reset();
    }
  }

  @Test
  void futuresTellHowTheBatchEndedEvenWhenItIsUsedAgainAtOnce() throws Exception {
    Batch batch = here.newBatch(1);
    List<CompletableFuture<TransferStatus>> futures = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      batch.submit(List.of(read(1)));
      futures.add(batch.future());
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      batch.reset();
    }
    for (CompletableFuture<TransferStatus> future : futures) {
      assertThat(future.get(20, TimeUnit.SECONDS)).isEqualTo(TransferStatus.COMPLETED);
    }
  }

  @Test
  void batchesThatHaveEndedDoNotPileUpUntilTheirDeadline() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      here.submit(read(1).within(Duration.ofHours(1))).get(20, TimeUnit.SECONDS);
    }

    Await.until(
        () -> here.metrics().value("engine.batches.watched") < 3000, "old batches are dropped");
  }

  @Test
  void dependentsThatBlockStopNobodyElse() throws Exception {
    CountDownLatch blocked = new CountDownLatch(16);
    CountDownLatch release = new CountDownLatch(1);
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.any(), 16, Fault.stall(stall));
      List<CompletableFuture<Void>> dependents = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        dependents.add(here.submit(read(1)).thenAccept(bytes -> block(blocked, release)));
      }
      stall.awaitArrivals(16);
      stall.release();
      assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();

      engines.faults().next(SimulatedCopy.any(), 1, Fault.fail(ErrorCode.LINK_BROKEN, false));
      Batch batch = here.newBatch(1);
      batch.submit(List.of(read(7)));
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
      release.countDown();
      for (CompletableFuture<Void> dependent : dependents) {
        dependent.get(20, TimeUnit.SECONDS);
      }
    }
  }

  private static void block(CountDownLatch blocked, CountDownLatch release) {
    blocked.countDown();
    try {
      assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFailedRequestsFutureHoldsThePlainError() {
    engines.faults().every(SimulatedCopy.any(), Fault.rejectAddress());
    CompletableFuture<Long> future = here.submit(read(1));
    AtomicReference<Throwable> seen = new AtomicReference<>();
    CompletableFuture<Long> after = future.whenComplete((bytes, error) -> seen.set(error));

    assertThatThrownBy(() -> after.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(MooncakeException.class);
    assertThat(seen.get()).isInstanceOf(MooncakeException.class);
    assertThatThrownBy(future::join).isInstanceOf(CompletionException.class);
  }

  @Test
  void anInterruptedWaitEndsAndTheTransferGoesOn() {
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.any(), 1, Fault.stall(stall));
      Batch batch = here.newBatch(1);
      batch.submit(List.of(read(1).within(TestEngines.SOON)));
      Thread.currentThread().interrupt();
      assertCode(ErrorCode.CANCELED, () -> batch.await(TestEngines.SOON));
      assertThat(Thread.interrupted()).isTrue();
      stall.release();
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    }
  }

  @Test
  void notificationsFollowCompletionAndOnlyCompletion() {
    Batch batch = here.newBatch(4);
    batch.submit(List.of(read(1)), new Notification("first", "1"));
    batch.submit(List.of(read(1)), new Notification("second", "2"));
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    List<String> names = new ArrayList<>();
    names.add(there.pollNotification(TestEngines.SOON).name());
    names.add(there.pollNotification(TestEngines.SOON).name());
    assertThat(names).containsExactlyInAnyOrder("first", "second");

    batch.reset();
    engines.faults().next(SimulatedCopy.any(), 4, Fault.rejectAddress());
    batch.submit(List.of(read(1)), new Notification("never", "3"));
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.status()).isEqualTo(TransferStatus.FAILED);
    batch.reset();
    batch.submit(List.of(read(1)), new Notification("third", "4"));

    assertThat(there.pollNotification(TestEngines.SOON).name()).isEqualTo("third");
    assertThat(there.drainNotifications()).isEmpty();
  }
}
