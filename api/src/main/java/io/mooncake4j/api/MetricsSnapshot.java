package io.mooncake4j.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an engine has counted and measured up to one moment.
 *
 * <p>Names are dotted lower case; a transport's own begin with {@code transport.<name>.}. Units are
 * in the name ({@code bytes}, {@code nanos}); anything else is a count. All maps are immutable and
 * sorted by name.
 *
 * @param counters numbers that only grow while the engine lives
 * @param gauges numbers that go up and down
 * @param histograms how measured values are distributed
 */
public record MetricsSnapshot(
    Map<String, Long> counters, Map<String, Long> gauges, Map<String, Histogram> histograms) {
  /** Copies the maps. */
  public MetricsSnapshot {
    counters = sorted(counters);
    gauges = sorted(gauges);
    histograms = sorted(histograms);
  }

  private static <V> Map<String, V> sorted(Map<String, V> values) {
    return Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /**
   * Returns counters and gauges together.
   *
   * @return name to value, sorted by name
   */
  public Map<String, Long> values() {
    Map<String, Long> values = new TreeMap<>(counters);
    values.putAll(gauges);
    return Collections.unmodifiableMap(values);
  }

  /**
   * Returns one counter or gauge.
   *
   * @param name its name
   * @return the value, 0 when nothing was counted under that name
   */
  public long value(String name) {
    Long gauge = gauges.get(name);
    return gauge == null ? counters.getOrDefault(name, 0L) : gauge;
  }

  /**
   * Measured values, counted by how large they are.
   *
   * @param limits the largest value of each class, ascending; a last class without a limit takes
   *     what is larger
   * @param counts how many values each class has, one more than there are limits; they only grow
   * @param sum of all values, in the unit of the limits
   */
  public record Histogram(List<Long> limits, List<Long> counts, long sum) {
    /** Copies the lists and checks their lengths. */
    public Histogram {
      limits = List.copyOf(limits);
      counts = List.copyOf(counts);
      if (counts.size() != limits.size() + 1) {
        throw new IllegalArgumentException(
            counts.size() + " counts for " + limits.size() + " limits; one more is needed");
      }
    }

    /**
     * Returns how many values there are.
     *
     * @return the sum of the counts
     */
    public long count() {
      return counts.stream().mapToLong(Long::longValue).sum();
    }
  }
}
