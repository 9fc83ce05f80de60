package io.mooncake4j.api;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counters and gauges of an engine at one moment.
 *
 * <p>Names are dotted lower case; a transport's own begin with {@code transport.<name>.}. Units are
 * in the name ({@code bytes}, {@code nanos}); anything else is a count.
 *
 * @param values name to value, sorted by name
 */
public record MetricsSnapshot(Map<String, Long> values) {
  /** Copies the values. */
  public MetricsSnapshot {
    values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /**
   * Returns one value.
   *
   * @param name its name
   * @return the value, 0 when nothing was counted under that name
   */
  public long value(String name) {
    return values.getOrDefault(name, 0L);
  }
}
