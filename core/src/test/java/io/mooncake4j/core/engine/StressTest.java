package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.Stall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many threads, several peers, random faults: each request ends once, and its bytes are right. */
class StressTest {
  private static final int THREADS = 64;
  private static final int ROUNDS = 12;
  private static final int REQUESTS = 8;
  private static final int PIECE = 1500;
  private static final int SPAN = THREADS * REQUESTS * PIECE;

  private final TestEngines engines = new TestEngines();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();

  @AfterEach
  void close() {
    engines.close();
  }

  @Test
  void sixtyFourThreadsSubmitToSeveralPeersWithRandomFaults() throws Exception {
    String transports = "sim-virtual,sim-handle";
    TransferEngine here =
        engines.start(engines.with(transports).option("mooncake.sim-virtual.slice-bytes", "1000"));
    List<MemoryRegion> targets = new ArrayList<>();
    List<RemoteBuffer> remotes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TransferEngine there =
          engines.start(
              engines.with(transports).option("mooncake.sim-handle.chunk-bytes", "1234567"));
      targets.add(there.allocate(SPAN));
      remotes.add(TestEngines.only(here, there));
    }
    scatterFaults();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (Stall stall = Stall.dropping()) {
      engines.faults().every(oneIn(997), Fault.stall(stall));
      List<CompletableFuture<Void>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int worker = i;
        workers.add(
            CompletableFuture.runAsync(() -> work(here, targets, remotes, worker), threads));
      }
      CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new)).get(100, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }

    assertThat(ended).hasValue(THREADS * ROUNDS * REQUESTS * 2);
    assertThat(completed.get()).isGreaterThan(ended.get() / 2);
    assertThat(here.metrics().value("engine.retries")).isPositive();
    targets.forEach(MemoryRegion::close);
  }

  private void scatterFaults() {
    engines.faults().every(oneIn(13), Fault.fail(ErrorCode.LINK_BROKEN, false));
    engines.faults().every(oneIn(31), Fault.failAfter(100, ErrorCode.LINK_BROKEN));
    engines.faults().every(oneIn(53), Fault.rejectAddress());
    engines.faults().every(oneIn(101), Fault.delay(Duration.ofMillis(1)));
    engines.faults().every(oneIn(499), Fault.dropLink());
  }

  private static Predicate<SimulatedCopy> oneIn(int count) {
    AtomicLong seen = new AtomicLong();
    return copy -> seen.incrementAndGet() % count == 0;
  }

  /** Writes its own part of a target, and reads it back, again and again. */
  private void work(
      TransferEngine here, List<MemoryRegion> targets, List<RemoteBuffer> remotes, int worker) {
    Random random = new Random(worker);
    try (MemoryRegion out = here.allocate(REQUESTS * PIECE);
        MemoryRegion in = here.allocate(REQUESTS * PIECE);
        Batch writes = here.newBatch(REQUESTS);
        Batch reads = here.newBatch(REQUESTS)) {
      for (int round = 0; round < ROUNDS; round++) {
        int peer = random.nextInt(remotes.size());
        long seed = worker * 1000L + round;
        long base = (long) worker * REQUESTS * PIECE;
        TestEngines.fill(out, seed);
        TestEngines.fill(in, ~seed);
        run(writes, requests(out, remotes.get(peer), base, true));
        run(reads, requests(in, remotes.get(peer), base, false));
        for (int i = 0; i < REQUESTS; i++) {
          check(writes, reads, i, targets.get(peer), base, in, seed);
        }
        writes.reset();
        reads.reset();
      }
    }
  }

  private static List<TransferRequest> requests(
      MemoryRegion local, RemoteBuffer remote, long base, boolean write) {
    List<TransferRequest> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      long at = (long) i * PIECE;
      requests.add(
          write
              ? TransferRequest.write(local, at, remote, base + at, PIECE).asIdempotent()
              : TransferRequest.read(local, at, remote, base + at, PIECE));
      requests.set(i, requests.get(i).within(Duration.ofMillis(i == 0 ? 300 : 2000)));
    }
    return requests;
  }

  private void run(Batch batch, List<TransferRequest> requests) {
    batch.submit(requests);
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(batch.status(i).isFinal()).isTrue();
      ended.incrementAndGet();
      completed.addAndGet(batch.status(i) == TransferStatus.COMPLETED ? 1 : 0);
    }
  }

  private static void check(
      Batch writes,
      Batch reads,
      int i,
      MemoryRegion target,
      long base,
      MemoryRegion in,
      long seed) {
    byte[] expected = TestMemory.pattern(seed, (long) i * PIECE, PIECE);
    if (writes.status(i) != TransferStatus.COMPLETED) {
      return;
    }
    TestMemory.assertEqual(
        TestEngines.bytes(target, base + (long) i * PIECE, PIECE), expected, "written");
    if (reads.status(i) == TransferStatus.COMPLETED) {
      TestMemory.assertEqual(TestEngines.bytes(in, (long) i * PIECE, PIECE), expected, "read back");
    }
  }
}
