package io.mooncake4j.cli.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.api.TransferEngine;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine's metrics in a registry of Micrometer, with the JVM's memory, garbage collection and
 * threads.
 *
 * <p>All values of a scrape are from one snapshot. Metrics that come into being later are taken in
 * by the next scrape. Safe from any thread.
 */
final class EngineMeters implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineMeters.class);

  private final TransferEngine engine;
  private final String engineName;
  private final List<String> transports;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  private final Set<String> known = new HashSet<>(); // Guarded by this.
  private final Set<String> exported = new HashSet<>(); // Guarded by this.
  private volatile MetricsSnapshot snapshot;

  EngineMeters(TransferEngine engine) {
    this.engine = engine;
    engineName = engine.name();
    transports = engine.transports();
    new JvmMemoryMetrics().bindTo(registry);
    garbage.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    takeIn();
  }

  /** Writes all metrics in the text format of Prometheus. */
  synchronized String scrape() {
    takeIn();
    return registry.scrape();
  }

  private synchronized void takeIn() {
    snapshot = engine.metrics();
    snapshot.counters().keySet().forEach(this::addCounter);
    snapshot.gauges().keySet().forEach(this::addGauge);
    snapshot.histograms().keySet().forEach(this::addHistogram);
  }

  private void addCounter(String metric) {
    MetricName name = MetricName.of(metric, engineName, transports);
    if (isNew(metric, name, Meter.Type.COUNTER)) {
      FunctionCounter.builder(name.name(), this, it -> it.snapshot.counters().get(metric))
          .tags(name.tags())
          .description(help("Counter", metric))
          .register(registry);
    }
  }

  private void addGauge(String metric) {
    MetricName name = MetricName.of(metric, engineName, transports);
    if (isNew(metric, name, Meter.Type.GAUGE)) {
      Gauge.builder(name.name(), this, it -> it.gauge(metric))
          .tags(name.tags())
          .description(help("Gauge", metric))
          .register(registry);
    }
  }

  /** A gauge that throws is missing from a snapshot. */
  private double gauge(String metric) {
    Long value = snapshot.gauges().get(metric);
    return value == null ? Double.NaN : value;
  }

  private void addHistogram(String metric) {
    MetricName name = MetricName.of(metric, engineName, transports);
    if (isNew(metric, name, Meter.Type.TIMER)) {
      registry
          .getPrometheusRegistry()
          .register(
              new HistogramCollector(
                  name, help("Histogram", metric), () -> snapshot.histograms().get(metric)));
    }
  }

  /** The same name twice would spoil the whole page; plugins choose theirs freely. */
  private boolean isNew(String metric, MetricName name, Meter.Type type) {
    if (!known.add(type + " " + metric)) {
      return false;
    }
    String convention = registry.config().namingConvention().name(name.name(), type);
    if (exported.add(convention + " " + name.tags())) {
      return true;
    }
    LOG.warn("metric {} is left out: another one is called {} in Prometheus", metric, convention);
    return false;
  }

  private static String help(String kind, String metric) {
    return kind + " " + metric + "; docs/metrics.md tells its meaning";
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
