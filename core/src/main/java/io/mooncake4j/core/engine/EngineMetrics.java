package io.mooncake4j.core.engine;

import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.spi.Metrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The counters and gauges of one engine. */
final class EngineMetrics implements Metrics {
  private static final Logger LOG = LoggerFactory.getLogger(EngineMetrics.class);

  private final Map<String, Adder> counters = new ConcurrentHashMap<>();
  private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();

  private static final class Adder implements Counter {
    private final LongAdder sum = new LongAdder();

    @Override
    public void add(long amount) {
      sum.add(amount);
    }
  }

  @Override
  public Counter counter(String name) {
    return counters.computeIfAbsent(name, key -> new Adder());
  }

  @Override
  public void gauge(String name, LongSupplier value) {
    gauges.put(name, value);
  }

  /** Returns the part of the metrics that a provider may name. */
  Metrics under(String prefix) {
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

  MetricsSnapshot snapshot() {
    Map<String, Long> values = new TreeMap<>();
    counters.forEach((name, counter) -> values.put(name, counter.sum.sum()));
    gauges.forEach((name, gauge) -> read(name, gauge, values));
    return new MetricsSnapshot(values);
  }

  private static void read(String name, LongSupplier gauge, Map<String, Long> values) {
    try {
      values.put(name, gauge.getAsLong());
    } catch (RuntimeException e) {
      LOG.debug("gauge {} has no value", name, e);
    }
  }
}
