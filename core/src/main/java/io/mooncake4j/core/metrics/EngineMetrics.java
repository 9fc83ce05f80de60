package io.mooncake4j.core.metrics;

import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.spi.Metrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The counters, gauges and histograms of one engine. Safe from any thread. */
public final class EngineMetrics implements Metrics {
  private static final Logger LOG = LoggerFactory.getLogger(EngineMetrics.class);

  private final Map<String, Adder> counters = new ConcurrentHashMap<>();
  private final Map<String, LongSupplier> derived = new ConcurrentHashMap<>();
  private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();
  private final Map<String, LatencyHistogram> histograms = new ConcurrentHashMap<>();

  private static final class Adder implements Counter {
    private final LongAdder sum = new LongAdder();

    @Override
    public void add(long amount) {
      sum.add(amount);
    }
  }

  /** Makes an empty set. */
  public EngineMetrics() {}

  @Override
  public Counter counter(String name) {
    return counters.computeIfAbsent(name, key -> new Adder());
  }

  @Override
  public void gauge(String name, LongSupplier value) {
    gauges.put(name, value);
  }

  /**
   * Registers a counter that somebody else keeps, or that is the sum of others.
   *
   * @param name dotted lower case
   * @param value only grows; must be quick and must not throw
   */
  public void counter(String name, LongSupplier value) {
    derived.put(name, value);
  }

  /**
   * Makes or finds a histogram of times.
   *
   * @param name dotted lower case, ending in {@code nanos}
   * @return the histogram of that name
   */
  public LatencyHistogram histogram(String name) {
    return histograms.computeIfAbsent(name, key -> new LatencyHistogram());
  }

  /**
   * Returns the part of the metrics that a provider may name.
   *
   * @param prefix what every name there begins with
   * @return a view
   */
  public Metrics under(String prefix) {
    return new Metrics() {
      @Override
      public Counter counter(String name) {
        return EngineMetrics.this.counter(prefix + name);
      }

      @Override
      public void gauge(String name, LongSupplier value) {
        EngineMetrics.this.gauge(prefix + name, value);
      }
    };
  }

  /**
   * Reads everything.
   *
   * @return the values; a gauge that throws is left out
   */
  public MetricsSnapshot snapshot() {
    Map<String, Long> counted = new TreeMap<>();
    derived.forEach((name, value) -> read(name, value, counted));
    counters.forEach((name, counter) -> counted.put(name, counter.sum.sum()));
    Map<String, Long> gauged = new TreeMap<>();
    gauges.forEach((name, gauge) -> read(name, gauge, gauged));
    Map<String, MetricsSnapshot.Histogram> measured = new TreeMap<>();
    histograms.forEach((name, histogram) -> measured.put(name, histogram.read()));
    return new MetricsSnapshot(counted, gauged, measured);
  }

  private static void read(String name, LongSupplier value, Map<String, Long> values) {
    try {
      values.put(name, value.getAsLong());
    } catch (RuntimeException e) {
      LOG.debug("{} has no value", name, e);
    }
  }
}
