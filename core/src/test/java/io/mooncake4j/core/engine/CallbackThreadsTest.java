package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.Stall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What users attach to futures runs apart: under no plugin's loader, and it may block. */
class CallbackThreadsTest {
  private static final int CROWD = 80;

  private final SilentLog log = new SilentLog();
  private final TestEngines engines = new TestEngines();

  @AfterEach
  void close() {
    engines.close();
    log.close();
  }

  @Test
  void dependentsSeeNoPluginsLoader() throws Exception {
    TransferEngine here =
        engines.start(
            engines
                .with(DefectiveProvider.NAME + ",sim-virtual")
                .option("mooncake.defective.in", "silence"));
    TransferEngine there = engines.start(DefectiveProvider.NAME + ",sim-virtual");
    MemoryRegion local = here.allocate(16);
    there.allocate(16);
    TransferRequest read = TransferRequest.read(local, 0, TestEngines.only(here, there), 0, 16);
    CompletableFuture<ClassLoader> ofTransfer = here.submit(read).thenApply(bytes -> loader());
    Batch batch = here.newBatch(1);
    batch.submit(List.of(read));
    CompletableFuture<ClassLoader> ofBatch = batch.future().thenApply(status -> loader());

    ClassLoader before = loader();
    try {
      // As a plugin's thread does, which thereby starts the engine's.
      Thread.currentThread().setContextClassLoader(new ClassLoader("plugin", before) {});
      DefectiveProvider.SWALLOWED.get(here.name()).forEach(Slice::succeed);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }

    ClassLoader core = CoreTransferEngine.class.getClassLoader();
    assertThat(ofTransfer.get(20, TimeUnit.SECONDS)).isSameAs(core);
    assertThat(ofBatch.get(20, TimeUnit.SECONDS)).isSameAs(core);
    DefectiveProvider.SWALLOWED.remove(here.name());
  }

  private static ClassLoader loader() {
    return Thread.currentThread().getContextClassLoader();
  }

  @Test
  void dependentsMayWaitForOtherTransfers() throws Exception {
    TransferEngine here = engines.start("sim-virtual");
    TransferEngine there = engines.start("sim-virtual");
    MemoryRegion local = here.allocate(16);
    there.allocate(16);
    RemoteBuffer remote = TestEngines.only(here, there);
    TransferRequest read = TransferRequest.read(local, 0, remote, 0, 16);
    List<CompletableFuture<Long>> nested = new ArrayList<>();
    try (Stall stall = Stall.dropping()) {
      engines.faults().every(SimulatedCopy.any(), Fault.stall(stall));
      for (int i = 0; i < CROWD; i++) {
        nested.add(here.submit(read).thenApply(bytes -> bytes + here.submit(read).join()));
      }
      stall.awaitArrivals(CROWD);
      engines.faults().clear();
    }

    for (CompletableFuture<Long> each : nested) {
      assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(32L);
    }
  }
}
