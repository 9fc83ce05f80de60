package io.mooncake4j.spi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which devices are near which memory: for each location the preferred devices and the others.
 *
 * <p>The same matrix as C++ Mooncake's NIC priority matrix. Immutable.
 *
 * @param rows location to its devices, in the order of discovery
 * @param devices every device of the rows, in the order of {@link #order}: a device's place in this
 *     list is its index in descriptors
 */
public record Topology(Map<String, Row> rows, List<Device> devices) {
  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException when the devices are not those of the rows in their order
   */
  public Topology {
    rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    devices = List.copyOf(devices);
    if (!devices.stream().map(Device::name).toList().equals(order(rows))) {
      throw new IllegalArgumentException(
          "the devices are " + devices + ", but the rows name " + order(rows));
    }
  }

  /**
   * Makes a topology of devices about which nothing more is known.
   *
   * @param rows location to its devices
   */
  public Topology(Map<String, Row> rows) {
    this(rows, order(rows).stream().map(Device::unknown).toList());
  }

  /**
   * Returns the devices that rows name: row by row in the order of the locations, in each the
   * preferred ones first, each device where it is first seen.
   *
   * @param rows location to its devices
   * @return names, each once
   */
  public static List<String> order(Map<String, Row> rows) {
    return new TreeMap<>(rows)
        .values().stream()
            .flatMap(row -> row.all().stream())
            .distinct()
            .collect(Collectors.toUnmodifiableList());
  }

  /**
   * Returns the devices for a location.
   *
   * @param location such as {@code cpu:0}; any text
   * @return its row; for a location without one, a row in which every device is preferred
   */
  public Row row(String location) {
    Row row = rows.get(location);
    return row != null ? row : new Row(devices.stream().map(Device::name).toList(), List.of());
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

    /**
     * Returns all devices.
     *
     * @return the preferred ones, then the others
     */
    public List<String> all() {
      List<String> all = new ArrayList<>(preferred);
      all.addAll(available);
      return Collections.unmodifiableList(all);
    }
  }

  /**
   * A device and where it is plugged in.
   *
   * @param name such as {@code mlx5_0}
   * @param pciAddress such as {@code 0000:3b:00.0} in lower case, or empty when it is not known
   * @param numaNode the NUMA node it belongs to, or -1 when it is not known
   */
  public record Device(String name, String pciAddress, int numaNode) {
    /** Checks that nothing is null. */
    public Device {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(pciAddress, "pciAddress");
    }

    /**
     * Makes a device of which only the name is known.
     *
     * @param name the name
     * @return the device
     */
    public static Device unknown(String name) {
      return new Device(name, "", -1);
    }
  }
}
