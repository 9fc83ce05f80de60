package io.mooncake4j.cli.bench;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param plan what it did
 * @param segment the peer
 * @param seconds wall time of the timed loop
 * @param batches how many batches completed
 * @param latencyNanos time from submission to completion of each batch
 * @param transports which transports served
 */
record BenchReport(
    BenchPlan plan,
    String segment,
    double seconds,
    long batches,
    Histogram latencyNanos,
    Set<String> transports) {
  private static final double[] PERCENTILES = {50, 99, 99.9, 100};

  /**
   * Returns the rate over the whole run.
   *
   * @return bytes per second
   */
  double bytesPerSecond() {
    return seconds == 0 ? 0 : batches * plan.batchSize() * (double) plan.blockSize() / seconds;
  }

  /**
   * Writes the line that C++ Mooncake's transfer_engine_bench writes, then ours.
   *
   * @param unit of throughput
   * @param precision digits behind the point
   * @return two lines
   */
  String text(ReportUnit unit, int precision) {
    return String.format(
        Locale.ROOT,
        "Test completed: duration %.2f, batch count %d, throughput %."
            + precision
            + "f %s/s%nBatch latency: p50 %.0f us, p99 %.0f us, p99.9 %.0f us, max %.0f us;"
            + " served by %s",
        seconds,
        batches,
        unit.of(bytesPerSecond()),
        unit,
        micros(50),
        micros(99),
        micros(99.9),
        micros(100),
        String.join(", ", new TreeSet<>(transports)));
  }

  /**
   * Writes one JSON object.
   *
   * @return a line; sizes in bytes, times as their names say
   */
  String json() {
    String names =
        new TreeSet<>(transports).stream().map(BenchReport::quote).collect(Collectors.joining(","));
    StringBuilder latency = new StringBuilder();
    for (double percentile : PERCENTILES) {
      String key = percentile == 100 ? "max" : "p" + String.valueOf(percentile).replace(".0", "");
      latency.append(latency.isEmpty() ? "" : ",");
      latency.append(quote(key)).append(String.format(Locale.ROOT, ":%.1f", micros(percentile)));
    }
    return String.format(
        Locale.ROOT,
        "{\"operation\":%s,\"segment\":%s,\"transports\":[%s],\"block_size\":%d,"
            + "\"batch_size\":%d,\"threads\":%d,\"duration_seconds\":%.6f,\"batch_count\":%d,"
            + "\"bytes\":%d,\"bytes_per_second\":%.0f,\"batch_latency_micros\":{%s}}",
        quote(plan.operation().name().toLowerCase(Locale.ROOT)),
        quote(segment),
        names,
        plan.blockSize(),
        plan.batchSize(),
        plan.threads(),
        seconds,
        batches,
        batches * plan.batchSize() * plan.blockSize(),
        bytesPerSecond(),
        latency);
  }

  private double micros(double percentile) {
    return latencyNanos.getTotalCount() == 0
        ? 0
        : latencyNanos.getValueAtPercentile(percentile) / 1000.0;
  }

  private static String quote(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
