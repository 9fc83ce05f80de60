package io.mooncake4j.cli.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.List;

/**
 * A metric of an engine as Micrometer calls it: {@code mooncake.} before its own name, and what
 * varies within a name as a tag.
 *
 * @param name dotted
 * @param tags the engine, and what was cut out of the name
 */
record MetricName(String name, Tags tags) {
  private static final String VIA = "engine.via.";
  private static final String TRANSPORT = "transport.";
  private static final String FAILURES = "engine.failures";

  /**
   * Names a metric.
   *
   * @param metric its name in the snapshot
   * @param engine the engine's name
   * @param transports the engine's transports, which alone are looked for in names
   * @return the name
   */
  static MetricName of(String metric, String engine, List<String> transports) {
    Tags tags = Tags.of("engine", engine);
    for (String transport : transports) {
      for (String group : List.of(VIA, TRANSPORT)) {
        String prefix = group + transport + ".";
        if (metric.startsWith(prefix)) {
          String rest = group + metric.substring(prefix.length());
          return new MetricName("mooncake." + rest, tags.and("transport", transport));
        }
      }
    }
    if (metric.startsWith(FAILURES + ".")) {
      String remedy = metric.substring(FAILURES.length() + 1);
      return new MetricName("mooncake." + FAILURES, tags.and("class", remedy));
    }
    return new MetricName("mooncake." + metric, tags);
  }
}
