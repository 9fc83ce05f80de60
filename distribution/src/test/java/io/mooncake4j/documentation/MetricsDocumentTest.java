package io.mooncake4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.api.TransferEngine;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

  private static Map<String, String> kinds() {
    try (TransferEngine engine =
        TransferEngine.builder()
            .ignoreEnvironment()
            .name("127.0.0.1")
            .option("mooncake.network.bind-address", "127.0.0.1")
            .option("mooncake.transports", "tcp")
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
      String name = row[1].replace("`", "").replace(PLACEHOLDER, "tcp");
      assertThat(documented.put(name, row[2])).as("one row of %s", name).isNull();
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
