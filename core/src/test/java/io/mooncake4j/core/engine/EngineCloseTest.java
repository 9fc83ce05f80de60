package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.Stall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An engine that is closed in the middle of its work ends all of it, once. */
class EngineCloseTest {
  private final TestEngines engines = new TestEngines();
  private TransferEngine here;
  private TransferEngine there;
  private MemoryRegion local;
  private RemoteBuffer remote;

  @BeforeEach
  void start() {
    here = engines.start(engines.with("sim-virtual").option("mooncake.transfer.retry-delay", "1m"));
    there = engines.start("sim-virtual");
    local = here.allocate(4096);
    there.allocate(4096);
    remote = TestEngines.only(here, there);
  }

  @AfterEach
  void close() {
    engines.close();
  }

  private TransferRequest read() {
    return TransferRequest.read(local, 0, remote, 0, 16);
  }

  @Test
  void failsWhatIsInFlightAndWhatWaitsForItsNextTry() throws Exception {
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.any(), 1, Fault.stall(stall));
      engines.faults().next(SimulatedCopy.any(), 1, Fault.fail(ErrorCode.LINK_BROKEN, false));
      Batch batch = here.newBatch(2);
      batch.submit(List.of(read(), read()));
      stall.awaitArrivals(1);
      Await.until(() -> here.metrics().value("engine.retries") == 1, "the second one waits");
      CompletableFuture<TransferStatus> future = batch.future();

      here.close();

      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(future.get(20, TimeUnit.SECONDS)).isEqualTo(TransferStatus.FAILED);
      assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.CLOSED);
      assertThat(batch.failure(1).code()).isEqualTo(ErrorCode.CLOSED);
      batch.reset();
      batch.close();
    }
  }

  @Test
  void closingTheTargetFailsTheRequestNotTheInitiator() {
    try (Stall stall = Stall.dropping()) {
      engines.faults().next(SimulatedCopy.any(), 1, Fault.stallAfter(8, stall));
      Batch batch = here.newBatch(1);
      batch.submit(List.of(read().within(TestEngines.SOON)));
      stall.awaitArrivals(1);
      there.close();
      stall.release();
      batch.cancel();
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      assertThat(batch.status()).isNotEqualTo(TransferStatus.COMPLETED);
    }
    MemoryRegion own = here.allocate(16);
    RemoteBuffer self = TestEngines.only(here, here);
    assertThat(here.submit(TransferRequest.read(own, 0, self, 0, 16)))
        .succeedsWithin(TestEngines.SOON);
  }

  @Test
  void everySubmissionOfEveryThreadEndsWhenTheEngineCloses() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    AtomicBoolean refused = new AtomicBoolean();
    AtomicInteger running = new AtomicInteger();
    List<CompletableFuture<List<CompletableFuture<Long>>>> submitters = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      submitters.add(
          CompletableFuture.supplyAsync(
              () -> {
                List<CompletableFuture<Long>> submitted = new ArrayList<>();
                running.incrementAndGet();
                try {
                  while (submitted.size() < 100_000) {
                    submitted.add(here.submit(read()));
                  }
                } catch (MooncakeException e) {
                  refused.set(e.code() == ErrorCode.CLOSED);
                }
                return submitted;
              },
              threads));
    }
    Await.until(() -> running.get() == 8, "all threads submit");
    here.close();
    threads.shutdown();

    assertThat(refused).isTrue();
    for (var submitter : submitters) {
      for (CompletableFuture<Long> one : submitter.get(20, TimeUnit.SECONDS)) {
        try {
          assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(16L);
        } catch (ExecutionException e) {
          assertThat(((MooncakeException) e.getCause()).code()).isEqualTo(ErrorCode.CLOSED);
        }
      }
    }
    assertThatThrownBy(() -> here.submit(read())).isInstanceOf(MooncakeException.class);
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }
}
