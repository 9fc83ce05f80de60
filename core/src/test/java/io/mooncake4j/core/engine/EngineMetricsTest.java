package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.Stall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine counts what happens. */
class EngineMetricsTest {
  private final TestEngines engines = new TestEngines();
  private final TransferEngine here = engines.start("sim-virtual");
  private final TransferEngine there = engines.start("sim-virtual");

  @AfterEach
  void close() {
    engines.close();
  }

  private static long value(TransferEngine engine, String name) {
    MetricsSnapshot snapshot = engine.metrics();
    assertThat(snapshot.values()).containsKey(name);
    return snapshot.value(name);
  }

  @Test
  void requestsBytesAndLatency() {
    MemoryRegion local = here.allocate(8192);
    there.allocate(8192);
    RemoteBuffer remote = TestEngines.only(here, there);
    try (Batch batch = here.newBatch(4)) {
      batch.submit(
          List.of(
              TransferRequest.write(local, 0, remote, 0, 4096),
              TransferRequest.read(local, 0, remote, 0, 100),
              TransferRequest.read(local, 0, remote, 0, 0)));
      assertThat(batch.await(TestEngines.SOON)).isTrue();
      engines.faults().every(SimulatedCopy.any(), Fault.rejectAddress());
      batch.submit(List.of(TransferRequest.read(local, 0, remote, 0, 1)));
      assertThat(batch.await(TestEngines.SOON)).isTrue();
    }

    MetricsSnapshot metrics = here.metrics();
    assertThat(metrics.counters())
        .containsEntry("engine.requests.submitted", 4L)
        .containsEntry("engine.requests.completed", 3L)
        .containsEntry("engine.requests.failed", 1L)
        .containsEntry("engine.requests.canceled", 0L)
        .containsEntry("engine.failures.fix-call", 1L)
        .containsEntry("engine.failures.retry", 0L)
        .containsEntry("engine.written.bytes", 4096L)
        .containsEntry("engine.read.bytes", 100L)
        .containsEntry("engine.via.sim-virtual.written.bytes", 4096L)
        .containsEntry("engine.via.sim-virtual.read.bytes", 100L);
    assertThat(metrics.gauges())
        .containsEntry("engine.batches", 0L)
        .containsEntry("engine.regions", 1L)
        .containsEntry("engine.regions.bytes", 8192L)
        .containsEntry("engine.segments", 1L);
    MetricsSnapshot.Histogram latency = metrics.histograms().get("engine.requests.latency.nanos");
    assertThat(latency.count()).isEqualTo(3);
    assertThat(latency.sum()).isPositive();
  }

  @Test
  void batchesInFlight() {
    MemoryRegion local = here.allocate(4096);
    there.allocate(4096);
    RemoteBuffer remote = TestEngines.only(here, there);
    try (Stall stall = Stall.dropping();
        Batch batch = here.newBatch(1)) {
      engines.faults().every(SimulatedCopy.any(), Fault.stall(stall));
      batch.submit(List.of(TransferRequest.read(local, 0, remote, 0, 1)));
      assertThat(value(here, "engine.batches")).isEqualTo(1);
      assertThat(value(here, "engine.requests.submitted")).isEqualTo(1);
      assertThat(value(here, "engine.requests.completed")).isZero();

      stall.release();
      assertThat(batch.await(TestEngines.SOON)).isTrue();
    }
    assertThat(value(here, "engine.batches")).isZero();
    assertThat(value(here, "engine.requests.completed")).isEqualTo(1);
  }

  @Test
  void cancelledRequestsAreNoFailures() {
    TransferEngine patient =
        engines.start(engines.with("sim-virtual").option("mooncake.transfer.retry-delay", "1m"));
    MemoryRegion local = patient.allocate(4096);
    there.allocate(4096);
    RemoteBuffer remote = TestEngines.only(patient, there);
    engines.faults().every(SimulatedCopy.any(), Fault.fail(ErrorCode.LINK_BROKEN, false));
    try (Batch batch = patient.newBatch(1)) {
      batch.submit(List.of(TransferRequest.read(local, 0, remote, 0, 1)));
      Await.until(() -> value(patient, "engine.retries") == 1, "the first try's failure");
      batch.cancel();
      assertThat(batch.await(TestEngines.SOON)).isTrue();
    }
    assertThat(value(patient, "engine.requests.canceled")).isEqualTo(1);
    assertThat(value(patient, "engine.requests.failed")).isZero();
    assertThat(value(patient, "engine.batches")).isZero();
  }

  @Test
  void notifications() {
    TransferEngine small =
        engines.start(engines.with("sim-virtual").option("mooncake.notifications.capacity", "1"));
    here.notify(small.name(), new Notification("n", "m"));
    assertCode(
        ErrorCode.REJECTED_HANDSHAKE, () -> here.notify(small.name(), new Notification("n", "m")));

    assertThat(value(small, "engine.notifications.received")).isEqualTo(1);
    assertThat(value(small, "engine.notifications.dropped")).isEqualTo(1);
    assertThat(value(small, "engine.notifications.waiting")).isEqualTo(1);
    assertThat(small.drainNotifications()).hasSize(1);
    assertThat(value(small, "engine.notifications.waiting")).isZero();
  }

  @Test
  void handshakes() throws IOException {
    here.probe(there.name());
    int port = Integer.parseInt(there.name().substring(there.name().indexOf(':') + 1));
    try (Socket hasty = new Socket(InetAddress.getLoopbackAddress(), port)) {
      hasty.getOutputStream().write(1);
    }
    Await.until(() -> value(there, "engine.handshakes.failed") == 1, "the hasty client is counted");
    Await.until(() -> value(there, "engine.handshakes.answered") == 1, "the probe is counted");
    assertThat(value(there, "engine.handshakes.accepted")).isEqualTo(2);
    assertThat(value(there, "engine.handshakes.rejected")).isZero();
    assertThat(value(there, "engine.handshakes.connected")).isZero();
  }
}
