package io.mooncake4j.cli.metrics;

import io.micrometer.core.instrument.Tag;
import io.mooncake4j.api.MetricsSnapshot.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.function.Supplier;

/**
 * A histogram of an engine as one of Prometheus. Micrometer has no meter for values that somebody
 * else has counted. Times are in seconds there, and so is the name.
 */
final class HistogramCollector implements Collector {
  private static final String NANOS = ".nanos";
  private static final double NANOS_PER_SECOND = 1e9;

  private final String name;
  private final Labels labels;
  private final String help;
  private final double unit;
  private final Supplier<Histogram> values;

  HistogramCollector(MetricName name, String help, Supplier<Histogram> values) {
    boolean time = name.name().endsWith(NANOS);
    String dotted =
        time
            ? name.name().substring(0, name.name().length() - NANOS.length()) + ".seconds"
            : name.name();
    this.name = dotted.replaceAll("[^a-zA-Z0-9]", "_");
    this.labels =
        Labels.of(
            name.tags().stream().map(Tag::getKey).toArray(String[]::new),
            name.tags().stream().map(Tag::getValue).toArray(String[]::new));
    this.help = help;
    this.unit = time ? NANOS_PER_SECOND : 1;
    this.values = values;
  }

  @Override
  public MetricSnapshot collect() {
    Histogram histogram = values.get();
    int classes = histogram.counts().size();
    double[] limits = new double[classes];
    long[] counts = new long[classes];
    for (int i = 0; i < classes; i++) {
      limits[i] =
          i < histogram.limits().size()
              ? histogram.limits().get(i) / unit
              : Double.POSITIVE_INFINITY;
      counts[i] = histogram.counts().get(i);
    }
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(limits, counts))
                .sum(histogram.sum() / unit)
                .labels(labels)
                .build())
        .build();
  }
}
