package io.mooncake4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.metadata.server.http.HttpEndpoint;
import io.mooncake4j.metadata.server.http.HttpLimits;
import io.mooncake4j.metadata.server.http.HttpResponse;
import io.mooncake4j.metadata.server.http.HttpService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md names what a running engine shows, all of it and nothing else. */
class MetricsDocumentTest {
  private static final String PLACEHOLDER = "<transport>";

  private static List<String[]> rows() {
    List<String[]> rows =
        Documents.read("docs/metrics.md")
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split(" *\\| *", -1))
            .filter(cells -> cells.length == 6)
            .toList();
    assertThat(rows).hasSizeGreaterThan(20);
    return rows;
  }

  /** As much of a metadata server as an engine needs to start. */
  private static HttpService metadataServer() {
    Map<String, byte[]> records = new ConcurrentHashMap<>();
    HttpEndpoint endpoint =
        new HttpEndpoint(
            List.of("GET", "PUT", "DELETE"),
            request -> {
              byte[] record = records.get(request.query());
              if (request.method().equals("PUT")) {
                records.put(request.query(), request.body());
              } else if (request.method().equals("DELETE")) {
                records.remove(request.query());
              }
              boolean absent = record == null && !request.method().equals("PUT");
              return absent
                  ? HttpResponse.text(404, "metadata not found")
                  : HttpResponse.of(200, "application/json", record == null ? new byte[0] : record);
            });
    return HttpService.start(
        "test",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        "port",
        Map.of("/metadata", endpoint),
        HttpLimits.DEFAULT);
  }

  private static Map<String, String> kinds() {
    try (HttpService server = metadataServer();
        TransferEngine engine =
            TransferEngine.builder()
                .ignoreEnvironment()
                .name("documented")
                .metadata(server.url("/metadata"))
                .option("mooncake.network.advertised-address", "127.0.0.1")
                .option("mooncake.network.bind-address", "127.0.0.1")
                .option("mooncake.transports", "shm,tcp")
                .build()) {
      MetricsSnapshot snapshot = engine.metrics();
      Map<String, String> kinds = new TreeMap<>();
      snapshot.counters().keySet().forEach(name -> kinds.put(name, "counter"));
      snapshot.gauges().keySet().forEach(name -> kinds.put(name, "gauge"));
      snapshot.histograms().keySet().forEach(name -> kinds.put(name, "histogram"));
      return kinds;
    }
  }

  @Test
  void everyMetricHasARowAndEveryRowAMetric() {
    Map<String, String> documented = new TreeMap<>();
    for (String[] row : rows()) {
      String name = row[1].replace("`", "");
      assertThat(documented.put(name.replace(PLACEHOLDER, "tcp"), row[2]))
          .as("one row of %s", name)
          .isNull();
      if (name.contains(PLACEHOLDER)) {
        documented.put(name.replace(PLACEHOLDER, "shm"), row[2]);
      }
    }

    assertThat(documented).isEqualTo(kinds());
  }

  @Test
  void unitsAreInTheNamesAndMeaningsAreSentences() {
    Set<String> units = Set.of("bytes", "nanos");
    for (String[] row : rows()) {
      String name = row[1].replace("`", "");
      String unit = row[3].replace("nanoseconds", "nanos");
      String last = name.substring(name.lastIndexOf('.') + 1);
      assertThat(units.contains(last)).as("unit of %s", name).isEqualTo(units.contains(unit));
      assertThat(row[4]).as("meaning of %s", name).endsWith(".");
    }
    assertThat(rows().stream().map(row -> row[2]).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("counter", "gauge", "histogram");
  }
}
