package io.mooncake4j.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page agrees with the engine's own snapshot and with the rules of its format. */
class MetricsEndpointTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final TransferEngine engine =
      TransferEngine.builder()
          .ignoreEnvironment()
          .name("127.0.0.1")
          .option("mooncake.network.bind-address", "127.0.0.1")
          .option("mooncake.transports", "tcp")
          .build();

  @AfterEach
  void close() {
    engine.close();
  }

  private static MetricsEndpoint start(TransferEngine engine, int port) {
    return MetricsEndpoint.start(
        engine, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  static HttpResponse<String> get(String url) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(SOON).build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static PrometheusText scrape(String url) {
    HttpResponse<String> response = get(url);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    return PrometheusText.parse(response.body());
  }

  private void write(int times, int bytes) {
    MemoryRegion region = engine.allocate(4096);
    for (int i = 0; i < times; i++) {
      RemoteBuffer buffer = engine.openSegment(engine.name()).buffers().get(0);
      engine
          .submit(TransferRequest.write(region, 0, buffer, 0, bytes))
          .orTimeout(20, TimeUnit.SECONDS)
          .join();
    }
  }

  @Test
  void everyMetricOfTheSnapshotIsThereWithItsKindAndValue() {
    try (MetricsEndpoint endpoint = start(engine, 0)) {
      write(3, 1000);
      PrometheusText page = scrape(endpoint.url());
      MetricsSnapshot snapshot = engine.metrics();

      String here = "engine=" + engine.name();
      assertThat(page.value("mooncake_engine_requests_completed_total", here)).isEqualTo(3);
      assertThat(page.value("mooncake_engine_written_bytes_total", here)).isEqualTo(3000);
      assertThat(page.value("mooncake_engine_regions_bytes", here)).isEqualTo(4096);
      assertThat(page.value("mooncake_engine_via_written_bytes_total", here, "transport=tcp"))
          .isEqualTo(3000);
      assertThat(page.value("mooncake_engine_failures_total", "class=other-peer", here)).isZero();
      String latency = "mooncake_engine_requests_latency_seconds";
      assertThat(page.type(latency)).isEqualTo("histogram");
      assertThat(page.value(latency + "_count", here)).isEqualTo(3);
      assertThat(page.value(latency + "_bucket", here, "le=10.0")).isEqualTo(3);
      assertThat(page.value(latency + "_sum", here))
          .isEqualTo(
              snapshot.histograms().get("engine.requests.latency.nanos").sum() / 1e9, within(1e-9));
      snapshot.counters().keySet().forEach(it -> assertKind(page, it, "_total", "counter"));
      snapshot.gauges().keySet().forEach(it -> assertKind(page, it, "", "gauge"));
    }
  }

  private static void assertKind(PrometheusText page, String metric, String tail, String kind) {
    String name =
        "mooncake_"
            + metric
                .replace("engine.via.tcp.", "engine.via.")
                .replace("transport.tcp.", "transport.")
                .replaceAll("^engine\\.failures\\..*", "engine.failures")
                .replaceAll("[.-]", "_")
            + tail;
    assertThat(page.type(name)).as("type of %s, %s", name, metric).isEqualTo(kind);
  }

  @Test
  void valuesGrowAndTheJvmIsThere() {
    try (MetricsEndpoint endpoint = start(engine, 0)) {
      PrometheusText before = scrape(endpoint.url());
      write(2, 10);
      PrometheusText after = scrape(endpoint.url());

      String submitted = "mooncake_engine_requests_submitted_total";
      assertThat(before.sum(submitted)).isZero();
      assertThat(after.sum(submitted)).isEqualTo(2);
      assertThat(after.families())
          .containsAll(before.families())
          .contains("jvm_memory_used_bytes", "jvm_threads_live_threads");
      assertThat(after.families()).anyMatch(it -> it.startsWith("jvm_gc_"));
      assertThat(after.sum("jvm_memory_used_bytes")).isPositive();
    }
  }

  @Test
  void health() {
    try (MetricsEndpoint endpoint = start(engine, 0)) {
      HttpResponse<String> response = get(endpoint.url().replace("/metrics", "/health"));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("OK");
      assertThat(get(endpoint.url() + "/more").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aTakenPortIsAClearError() {
    try (MetricsEndpoint endpoint = start(engine, 0)) {
      int port = URI.create(endpoint.url()).getPort();
      assertThatThrownBy(() -> start(engine, port).close())
          .isInstanceOf(MooncakeException.class)
          .hasMessageContaining("metrics cannot listen on 127.0.0.1:" + port)
          .hasMessageContaining("--metrics");
    }
  }
}
