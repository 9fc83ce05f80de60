package io.mooncake4j.core.metrics;

import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.api.MetricsSnapshot.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what an engine has moved in the last interval, and how long its requests took, in the words
 * of the line that C++ Mooncake writes with {@code MC_TE_METRIC}. As there, an interval in which
 * nothing was completed is passed over.
 *
 * <p>It compares snapshots, so requests pay nothing for it. The logger's own name lets programs
 * direct the lines.
 */
public final class MetricsLog implements AutoCloseable {
  /** The logger that gets the lines. */
  public static final String LOGGER = "io.mooncake4j.metrics";

  private static final Logger LINES = LoggerFactory.getLogger(LOGGER);
  private static final double MEGABYTE = 1 << 20;
  private static final double LEAST_PERCENT = 0.1;

  private final Supplier<MetricsSnapshot> metrics;
  private final LongSupplier nanoTime;
  private MetricsSnapshot last;
  private long lastNanos;
  private ScheduledFuture<?> timer;

  MetricsLog(Supplier<MetricsSnapshot> metrics, LongSupplier nanoTime) {
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    last = metrics.get();
    lastNanos = nanoTime.getAsLong();
  }

  /**
   * Starts to log.
   *
   * @param metrics reads the engine's metrics
   * @param interval between two lines
   * @param timers runs it
   * @return stops it again
   */
  public static MetricsLog start(
      Supplier<MetricsSnapshot> metrics, Duration interval, ScheduledExecutorService timers) {
    MetricsLog log = new MetricsLog(metrics, System::nanoTime);
    long nanos = interval.toNanos();
    log.timer = timers.scheduleAtFixedRate(log::report, nanos, nanos, TimeUnit.NANOSECONDS);
    return log;
  }

  /** Logs the time since the last call. */
  void report() {
    long now = nanoTime.getAsLong();
    MetricsSnapshot current = metrics.get();
    String line = line(last, current, Duration.ofNanos(now - lastNanos));
    last = current;
    lastNanos = now;
    if (!line.isEmpty()) {
      LINES.info(line);
    }
  }

  private static String line(MetricsSnapshot from, MetricsSnapshot to, Duration time) {
    double seconds = time.toNanos() / 1e9;
    Histogram latency = to.histograms().get(RequestMetrics.LATENCY);
    long[] counts = since(from.histograms().get(RequestMetrics.LATENCY), latency);
    long count = 0;
    for (long each : counts) {
      count += each;
    }
    if (count == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "[Metrics] Transfer Engine Stats (over last %.0fs): Throughput: %.2f MB/s"
            + " | Latency Distribution (count=%d): %s",
        seconds,
        (bytes(to) - bytes(from)) / MEGABYTE / seconds,
        count,
        shares(latency.limits(), counts, count));
  }

  private static long bytes(MetricsSnapshot snapshot) {
    return snapshot.value(RequestMetrics.READ_BYTES) + snapshot.value(RequestMetrics.WRITTEN_BYTES);
  }

  private static long[] since(Histogram from, Histogram to) {
    long[] counts = new long[to.counts().size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = to.counts().get(i) - from.counts().get(i);
    }
    return counts;
  }

  private static String shares(List<Long> limitsNanos, long[] counts, long count) {
    StringJoiner shares = new StringJoiner(", ");
    for (int i = 0; i < counts.length; i++) {
      double percent = 100.0 * counts[i] / count;
      if (percent >= LEAST_PERCENT) {
        shares.add(String.format(Locale.ROOT, "%s:%.1f%%", interval(limitsNanos, i), percent));
      }
    }
    return shares.toString();
  }

  private static String interval(List<Long> limitsNanos, int index) {
    long from = index == 0 ? 0 : micros(limitsNanos.get(index - 1));
    return index == limitsNanos.size()
        ? ">" + from + "μs"
        : from + "-" + micros(limitsNanos.get(index)) + "μs";
  }

  private static long micros(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos);
  }

  @Override
  public void close() {
    timer.cancel(false);
  }
}
