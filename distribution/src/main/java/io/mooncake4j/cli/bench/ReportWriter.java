package io.mooncake4j.cli.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mooncake4j.cli.setup.Installation;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes a {@link BenchReport} in the forms that docs/bench.md describes. */
final class ReportWriter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, Double> PERCENTILES = new LinkedHashMap<>();

  static {
    PERCENTILES.put("p50", 50.0);
    PERCENTILES.put("p90", 90.0);
    PERCENTILES.put("p99", 99.0);
    PERCENTILES.put("p99.9", 99.9);
    PERCENTILES.put("max", 100.0);
  }

  private ReportWriter() {}

  /**
   * Writes the line that C++ Mooncake's transfer_engine_bench writes.
   *
   * @param report what was measured
   * @param unit of throughput
   * @param precision digits behind the point
   * @return the line
   */
  static String line(BenchReport report, ReportUnit unit, int precision) {
    return String.format(
        Locale.ROOT,
        "Test completed: duration %.2f, batch count %d, throughput %." + precision + "f %s/s",
        report.seconds(),
        report.batches(),
        unit.of(report.bytesPerSecond()),
        unit);
  }

  /**
   * Writes for people.
   *
   * @param report what was measured
   * @param unit of throughput
   * @param precision digits behind the point
   * @return several lines, the first being {@link #line}
   */
  static String text(BenchReport report, ReportUnit unit, int precision) {
    StringBuilder text = new StringBuilder(line(report, unit, precision));
    text.append(System.lineSeparator()).append("Batch latency:");
    String separator = " ";
    for (Map.Entry<String, Double> percentile : PERCENTILES.entrySet()) {
      text.append(separator).append(percentile.getKey());
      text.append(String.format(Locale.ROOT, " %.0f us", report.micros(percentile.getValue())));
      separator = ", ";
    }
    text.append(System.lineSeparator());
    text.append(
        String.format(
            Locale.ROOT,
            "Moved %d bytes, %d requests failed; served by %s",
            report.bytes(),
            report.errors(),
            report.transports().isEmpty() ? "none" : String.join(", ", report.transports())));
    if (report.verifiedBytes() >= 0) {
      text.append(System.lineSeparator()).append(verified(report));
    }
    HostLoad load = report.load();
    text.append(System.lineSeparator());
    text.append(
        String.format(
            Locale.ROOT,
            "Host: load %.2f before, %.2f after, %d CPUs, %.1f s of CPU time; mooncake4j %s, Java %s",
            load.before(),
            load.after(),
            load.cpus(),
            load.cpuSeconds(),
            Installation.version(),
            Runtime.version()));
    return text.toString();
  }

  /**
   * Says what a verification has found right.
   *
   * @param report of a run that was verified
   * @return the line
   */
  static String verified(BenchReport report) {
    return "Verified "
        + report.verifiedBytes()
        + " bytes: written, read back into other memory, all equal";
  }

  /**
   * Writes one JSON object.
   *
   * @param program what measured it
   * @param report what was measured
   * @return a line; sizes in bytes, times as their names say
   */
  static String json(String program, BenchReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("program", program);
    root.put("operation", report.plan().operation().name().toLowerCase(Locale.ROOT));
    root.put("segment", report.segment());
    report.transports().forEach(root.putArray("transports")::add);
    root.put("block_size", report.plan().blockSize());
    root.put("batch_size", report.plan().batchSize());
    root.put("threads", report.plan().threads());
    root.put("duration_seconds", rounded(report.seconds(), 6));
    root.put("batch_count", report.batches());
    root.put("bytes", report.bytes());
    root.put("bytes_per_second", Math.round(report.bytesPerSecond()));
    ObjectNode latency = root.putObject("batch_latency_micros");
    PERCENTILES.forEach((key, value) -> latency.put(key, rounded(report.micros(value), 1)));
    root.put("errors", report.errors());
    root.put("error", report.failure() == null ? null : report.failure().getMessage());
    root.put("interrupted", report.interrupted());
    root.put("verified_bytes", report.verifiedBytes() < 0 ? null : report.verifiedBytes());
    ObjectNode host = root.putObject("host");
    host.put("cpus", report.load().cpus());
    host.put("load_before", loadOf(report.load().before()));
    host.put("load_after", loadOf(report.load().after()));
    host.put("cpu_seconds", rounded(report.load().cpuSeconds(), 3));
    ObjectNode version = root.putObject("version");
    version.put("mooncake4j", Installation.version());
    version.put("java", Runtime.version().toString());
    return root.toString();
  }

  private static BigDecimal loadOf(double load) {
    return load < 0 ? null : rounded(load, 2);
  }

  private static BigDecimal rounded(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
  }
}
