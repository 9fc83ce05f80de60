package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Segments stay right while their engines change, go away and come back. */
class SegmentsTest {
  private final SilentLog log = new SilentLog();
  private final TestEngines engines = new TestEngines();

  @AfterEach
  void close() {
    engines.close();
    log.close();
  }

  private static Batch run(TransferEngine engine, TransferRequest request) {
    Batch batch = engine.newBatch(1);
    batch.submit(List.of(request));
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    return batch;
  }

  @Test
  void aRangeThatWasRegisteredSinceIsFoundByItself() {
    TransferEngine here = engines.start("sim-virtual");
    TransferEngine there = engines.start("sim-virtual");
    MemoryRegion local = here.allocate(4096);
    Segment segment = here.openSegment(there.name());
    assertThat(segment.buffers()).isEmpty();
    MemoryRegion late = there.allocate(4096);
    TestEngines.fill(late, 7);

    Batch batch =
        run(
            here,
            TransferRequest.raw(
                OpCode.READ, local, 0, segment, AddressSpace.VIRTUAL, late.address(), 4096));

    assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
    assertThat(segment.buffers()).hasSize(1);
    TestMemory.assertEqual(TestEngines.bytes(local), TestMemory.pattern(7, 0, 4096), "read");
  }

  @Test
  void aRegionThatMovedIsUnknownAtItsOldPlaceAndFoundAtTheNew() {
    TransferEngine here = engines.start("sim-virtual,sim-handle");
    TransferEngine there = engines.start("sim-virtual,sim-handle");
    MemoryRegion local = here.allocate(4096);
    MemoryRegion old = there.allocate(4096);
    RemoteBuffer before = TestEngines.only(here, there);
    assertThat(run(here, TransferRequest.read(local, 0, before, 0, 16)).status())
        .isEqualTo(TransferStatus.COMPLETED);
    MemoryRegion moved = there.allocate(8192);
    old.close();

    Batch stale = run(here, TransferRequest.read(local, 0, before, 0, 16));

    assertThat(stale.failure(0).code())
        .isIn(ErrorCode.ADDRESS_NOT_REGISTERED, ErrorCode.PEER_REJECTED_ADDRESS);
    RemoteBuffer now = before.segment().buffers().get(0);
    assertThat(now.address()).isEqualTo(moved.address());
    assertThat(run(here, TransferRequest.read(local, 0, now, 0, 16)).status())
        .isEqualTo(TransferStatus.COMPLETED);
  }

  /** A peer that was stopped and started again at the same port, with memory somewhere else. */
  @Test
  void anEngineThatComesBackUnderItsNameIsReachedAndTransportsLetGoOfTheOldOne() {
    TransferEngine here = engines.start(engines.with(DefectiveProvider.NAME + ",sim-virtual"));
    MemoryRegion local = here.allocate(4096);
    TransferEngine first = engines.start("sim-virtual");
    String name = first.name();
    first.allocate(4096);
    RemoteBuffer before = TestEngines.only(here, first);
    Segment segment = before.segment();
    assertThat(run(here, TransferRequest.read(local, 0, before, 0, 16)).status())
        .isEqualTo(TransferStatus.COMPLETED);
    first.close();

    TransferEngine second = restart(name);
    MemoryRegion fresh = second.allocate(1 << 20);
    TestEngines.fill(fresh, 8);
    Batch batch =
        run(
            here,
            TransferRequest.raw(
                OpCode.READ, local, 0, segment, AddressSpace.VIRTUAL, fresh.address() + 77, 4096));

    assertThat(batch.status()).as("%s", batch.failure(0)).isEqualTo(TransferStatus.COMPLETED);
    assertThat(here.openSegment(name)).isSameAs(segment);
    assertThat(DefectiveProvider.RELEASED.get(here.name())).contains(name);
    TestMemory.assertEqual(TestEngines.bytes(local), TestMemory.pattern(8, 77, 4096), "read");
  }

  private TransferEngine restart(String name) {
    String port = name.substring(name.indexOf(':') + 1);
    return engines.start(
        engines
            .with("sim-virtual")
            .option("mooncake.network.port.min", port)
            .option("mooncake.network.port.max", port));
  }

  @Test
  void manyOpenersCauseOneFetch() throws Exception {
    TransferEngine here = engines.start("sim-virtual");
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try (FakePeer peer = new FakePeer()) {
      peer.descriptor = "{\"name\":\"n\",\"protocol\":\"simvirtual\"}";
      peer.onMetadata =
          () -> Await.until(() -> waiting() >= 31, "the other 31 wait for this fetch");
      List<CompletableFuture<Segment>> opened = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        opened.add(CompletableFuture.supplyAsync(() -> here.openSegment(peer.name()), threads));
      }
      Segment one = opened.get(0).get(20, TimeUnit.SECONDS);
      for (CompletableFuture<Segment> other : opened) {
        assertThat(other.get(20, TimeUnit.SECONDS)).isSameAs(one);
      }
      assertThat(peer.asked).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  private static long waiting() {
    return Thread.getAllStackTraces().values().stream()
        .filter(
            stack ->
                List.of(stack).stream()
                    .anyMatch(
                        frame ->
                            frame.getClassName().endsWith(".Fetch")
                                && frame.getMethodName().equals("await")))
        .count();
  }

  @Test
  void manyWaitersShareOneFailure() throws Exception {
    TransferEngine here = engines.start("sim-virtual");
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (FakePeer peer = new FakePeer()) {
      peer.descriptor = "[]";
      peer.onMetadata =
          () ->
              Await.until(
                  () -> peer.asked.get() > 1 || waiting() >= 15, "the others wait for the first");
      List<CompletableFuture<ErrorCode>> failed = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        failed.add(CompletableFuture.supplyAsync(() -> failureOf(here, peer.name()), threads));
      }
      for (CompletableFuture<ErrorCode> one : failed) {
        assertThat(one.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.MALFORMED);
      }
      assertThat(peer.asked).hasValue(1);
      assertThat(here.metrics().value("engine.segments")).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anInterruptedOpenerEndsAloneAndTheOthersGetTheirSegment() throws Exception {
    TransferEngine here = engines.start("sim-virtual");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (FakePeer peer = new FakePeer()) {
      peer.descriptor = "{\"name\":\"n\",\"protocol\":\"simvirtual\"}";
      peer.onMetadata =
          () -> {
            if (peer.asked.get() == 1) {
              asked.countDown();
              await(never);
            }
          };
      AtomicReference<Thread> first = new AtomicReference<>();
      CompletableFuture<ErrorCode> interrupted =
          CompletableFuture.supplyAsync(
              () -> {
                first.set(Thread.currentThread());
                return failureOf(here, peer.name());
              },
              threads);
      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Segment> other =
          CompletableFuture.supplyAsync(() -> here.openSegment(peer.name()), threads);
      Await.until(() -> waiting() == 1, "the other one waits");

      first.get().interrupt();

      assertThat(interrupted.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELED);
      assertThat(other.get(20, TimeUnit.SECONDS).name()).isEqualTo(peer.name());
      assertThat(here.openSegment(peer.name())).isSameAs(other.get());
      never.countDown();
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ErrorCode failureOf(TransferEngine engine, String name) {
    try {
      engine.openSegment(name);
      return null;
    } catch (MooncakeException e) {
      return e.code();
    }
  }
}
