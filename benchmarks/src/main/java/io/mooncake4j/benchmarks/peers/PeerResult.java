package io.mooncake4j.benchmarks.peers;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What one run measured.
 *
 * @param bytes bytes moved
 * @param requests blocks moved
 * @param seconds from the common start to the end of the last thread
 * @param latencies nanoseconds of each batch, from its start until all its blocks have been moved
 * @param cpuSeconds processor time of the initiator and its server in that time
 */
public record PeerResult(
    long bytes, long requests, double seconds, Histogram latencies, double cpuSeconds) {
  /** The result as one line of JSON. */
  public String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"bytes\":%d,\"requests\":%d,\"seconds\":%.6f,\"p50_us\":%s,\"p99_us\":%s,\"cpu_seconds\":%.3f}",
        bytes,
        requests,
        seconds,
        microseconds(50),
        microseconds(99),
        cpuSeconds);
  }

  private String microseconds(double percentile) {
    if (latencies.getTotalCount() == 0) {
      return "null";
    }
    return String.format(Locale.ROOT, "%.1f", latencies.getValueAtPercentile(percentile) / 1_000.0);
  }
}
