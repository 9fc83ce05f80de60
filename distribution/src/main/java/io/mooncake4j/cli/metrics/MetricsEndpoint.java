package io.mooncake4j.cli.metrics;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.metadata.server.http.HttpEndpoint;
import io.mooncake4j.metadata.server.http.HttpLimits;
import io.mooncake4j.metadata.server.http.HttpResponse;
import io.mooncake4j.metadata.server.http.HttpService;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Serves an engine's metrics and those of its JVM: {@code /metrics} in the text format of
 * Prometheus, version 0.0.4, and {@code /health}, which answers {@code OK}. Safe from any thread.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private static final String PATH = "/metrics";
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** A scrape has no body, and few ask for one at a time. */
  private static final HttpLimits LIMITS =
      new HttpLimits(
          8 << 10,
          1 << 10,
          64 << 10,
          64,
          8,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1));

  private final EngineMeters meters;
  private final HttpService http;

  private MetricsEndpoint(EngineMeters meters, HttpService http) {
    this.meters = meters;
    this.http = http;
  }

  /**
   * Starts to serve.
   *
   * @param engine whose metrics; to be closed after the endpoint
   * @param address where to listen; port 0 takes a free one
   * @return the endpoint, owned by the caller
   * @throws MooncakeException with {@link ErrorCode#SOCKET} when it cannot listen there
   */
  static MetricsEndpoint start(TransferEngine engine, InetSocketAddress address) {
    EngineMeters meters = new EngineMeters(engine);
    HttpResponse healthy = HttpResponse.text(200, "OK");
    try {
      HttpService http =
          HttpService.start(
              "metrics",
              address,
              MetricsArguments.FLAG,
              Map.of(
                  PATH,
                  HttpEndpoint.reading(request -> page(meters)),
                  "/health",
                  HttpEndpoint.reading(request -> healthy)),
              LIMITS);
      return new MetricsEndpoint(meters, http);
    } catch (RuntimeException | Error e) {
      meters.close();
      throw e;
    }
  }

  private static HttpResponse page(EngineMeters meters) {
    return HttpResponse.of(200, CONTENT_TYPE, meters.scrape().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns where the metrics are.
   *
   * @return such as {@code http://127.0.0.1:9100/metrics}
   */
  public String url() {
    return http.url(PATH);
  }

  @Override
  public void close() {
    http.close();
    meters.close();
  }
}
