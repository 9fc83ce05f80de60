package io.mooncake4j.spi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which devices are near which memory: for each location the preferred devices and the others.
 *
 * <p>The same matrix as C++ Mooncake's NIC priority matrix. Immutable.
 *
 * @param rows location to its devices, in the order of discovery
 */
public record Topology(Map<String, Row> rows) {
  /** Copies the rows. */
  public Topology {
    rows = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(rows));
  }

  /**
   * The devices for one location.
   *
   * @param preferred the nearest ones
   * @param available the rest
   */
  public record Row(List<String> preferred, List<String> available) {
    /** Copies the lists. */
    public Row {
      preferred = List.copyOf(preferred);
      available = List.copyOf(available);
    }
  }
}
