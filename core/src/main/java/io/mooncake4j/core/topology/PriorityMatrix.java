package io.mooncake4j.core.topology;

import io.mooncake4j.spi.Topology.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;

/**
 * Sorts devices into preferred and available ones per location. Used once, by one thread.
 *
 * <p>Host memory prefers the devices of its NUMA node. Memory of a device prefers the nearest ones
 * on the PCI bus among those of its own NUMA node, or among all where its node has none or is not
 * known. The rules are C++ Mooncake's.
 */
final class PriorityMatrix {
  private final List<RdmaDevice> devices;
  private final PciDevices pci;
  private final Findings findings;
  private final Map<String, Row> rows = new LinkedHashMap<>();

  PriorityMatrix(List<RdmaDevice> devices, PciDevices pci, Findings findings) {
    this.devices = devices;
    this.pci = pci;
    this.findings = findings;
  }

  /** Adds a row for each NUMA node. */
  void addHostMemory(SortedSet<Integer> nodes) {
    for (int node : nodes) {
      List<RdmaDevice> near = devices.stream().filter(device -> device.numaNode() == node).toList();
      rows.put("cpu:" + node, row(near));
    }
  }

  /** Adds a row for the memory of a device. */
  void addDeviceMemory(DeviceMemoryPlace place) {
    if (rows.containsKey(place.location())) {
      findings.odd("there are two places for " + place.location() + "; the first one counts");
      return;
    }
    rows.put(place.location(), row(nearest(place)));
  }

  private List<RdmaDevice> nearest(DeviceMemoryPlace place) {
    Optional<String> address = Names.pciAddress(place.pciAddress());
    if (address.isEmpty()) {
      findings.odd(
          place.location()
              + " prefers no device: \""
              + place.pciAddress()
              + "\" is no PCI address");
      return List.of();
    }
    if (!pci.path(address.get()).succeeded()) {
      findings.odd(place.location() + " prefers no device: " + pci.path(address.get()).cause());
      return List.of();
    }
    int node = pci.numaNodeOf(address.get(), place.location());
    List<RdmaDevice> candidates =
        devices.stream()
            .filter(device -> node != PciDevices.UNKNOWN_NODE && device.numaNode() == node)
            .toList();
    return nearest(address.get(), candidates.isEmpty() ? devices : candidates);
  }

  private List<RdmaDevice> nearest(String address, List<RdmaDevice> candidates) {
    int least = Integer.MAX_VALUE;
    List<RdmaDevice> nearest = new ArrayList<>();
    for (RdmaDevice device : candidates) {
      OptionalInt distance = pci.distance(address, device.parent());
      if (distance.isPresent() && distance.getAsInt() <= least) {
        if (distance.getAsInt() < least) {
          nearest.clear();
        }
        least = distance.getAsInt();
        nearest.add(device);
      }
    }
    return nearest;
  }

  private Row row(List<RdmaDevice> preferred) {
    Set<RdmaDevice> near = Set.copyOf(preferred);
    return new Row(
        preferred.stream().map(RdmaDevice::name).toList(),
        devices.stream().filter(device -> !near.contains(device)).map(RdmaDevice::name).toList());
  }

  /** Returns the rows: host memory by node, then devices in the order in which they were added. */
  Map<String, Row> rows() {
    return rows;
  }
}
