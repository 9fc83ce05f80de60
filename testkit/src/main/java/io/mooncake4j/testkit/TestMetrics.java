package io.mooncake4j.testkit;

import io.mooncake4j.spi.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counters and gauges that tests can read. Safe from any thread. */
public final class TestMetrics implements Metrics {
  private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
  private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();

  /** Makes an empty set. */
  public TestMetrics() {}

  @Override
  public Counter counter(String name) {
    return counters.computeIfAbsent(name, key -> new LongAdder())::add;
  }

  @Override
  public void gauge(String name, LongSupplier value) {
    gauges.put(name, value);
  }

  /**
   * Reads a counter or a gauge.
   *
   * @param name its name, without the provider's prefix
   * @return its value, 0 when there is none of that name
   */
  public long value(String name) {
    LongSupplier gauge = gauges.get(name);
    if (gauge != null) {
      return gauge.getAsLong();
    }
    LongAdder counter = counters.get(name);
    return counter == null ? 0 : counter.sum();
  }
}
