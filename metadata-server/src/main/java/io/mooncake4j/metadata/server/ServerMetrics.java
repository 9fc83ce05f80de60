package io.mooncake4j.metadata.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.mooncake4j.metadata.server.http.HttpResponse;
import io.mooncake4j.metadata.server.records.Records;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Counts what the server does, and tells it in the text format of Prometheus. */
final class ServerMetrics implements AutoCloseable {
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  ServerMetrics(Records records) {
    Gauge.builder("mooncake.metadata.entries", records, Records::entries)
        .description("Records that are kept")
        .register(registry);
    Gauge.builder("mooncake.metadata.size", records, Records::bytes)
        .description("Keys and values that are kept")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    Gauge.builder("mooncake.metadata.file.size", records, Records::fileBytes)
        .description("Size of the file that keeps the records; 0 without one")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    FunctionCounter.builder("mooncake.metadata.persistence.failures", records, Records::failures)
        .description("Changes that were refused together because they did not come to disk")
        .register(registry);
    for (String method : MetadataEndpoint.METHODS) {
      for (Verdict verdict : Verdict.of(method)) {
        requests(method, verdict, 0);
      }
    }
  }

  /** Counts a request. */
  void count(String method, Verdict verdict) {
    requests(method, verdict, 1);
  }

  private void requests(String method, Verdict verdict, int more) {
    registry
        .counter(
            "mooncake.metadata.requests",
            "verb",
            method.toLowerCase(Locale.ROOT),
            "outcome",
            verdict.name().toLowerCase(Locale.ROOT))
        .increment(more);
  }

  /** Tells everything. */
  HttpResponse page() {
    return HttpResponse.of(200, CONTENT_TYPE, registry.scrape().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    registry.close();
  }
}
