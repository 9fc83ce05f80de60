package io.mooncake4j.cli.demo;

import io.mooncake4j.api.MetricsSnapshot;
import java.util.SortedMap;
import java.util.StringJoiner;

/** Says in words which transports served, and over how many connections. */
final class ServedBy {
  private ServedBy() {}

  /**
   * Describes who served.
   *
   * @param requests number of requests by transport
   * @param metrics the engine's counters
   * @return such as {@code tcp (96 requests, 4 connections)}
   */
  static String describe(SortedMap<String, Long> requests, MetricsSnapshot metrics) {
    StringJoiner words = new StringJoiner(", ");
    requests.forEach(
        (transport, count) -> {
          long connections = metrics.value("transport." + transport + ".connections.opened");
          String used = connections == 0 ? "" : ", " + counted(connections, "connection");
          words.add(transport + " (" + counted(count, "request") + used + ")");
        });
    return words.toString();
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
