package io.mooncake4j.core.topology;

import io.mooncake4j.core.plugin.MemoryDevices.Opened;
import io.mooncake4j.spi.MemoryDeviceDescription.Feature;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the memory devices where they are plugged in. */
public final class MemoryPlaces {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryPlaces.class);

  private MemoryPlaces() {}

  /**
   * Asks all devices that know their PCI address.
   *
   * @param devices the opened devices; a plugin that fails is logged and left out
   * @return their places, by kind as the plugins come, then by ordinal
   */
  public static List<DeviceMemoryPlace> of(List<Opened> devices) {
    List<DeviceMemoryPlace> places = new ArrayList<>();
    for (Opened opened : devices) {
      if (opened.description().features().contains(Feature.PCI_ADDRESS)) {
        add(opened, places);
      }
    }
    return places;
  }

  private static void add(Opened opened, List<DeviceMemoryPlace> places) {
    String kind = opened.description().kind();
    try {
      int count = Math.min(opened.device().count(), TopologyDiscovery.MOST_MEMORIES);
      for (int ordinal = 0; ordinal < count; ordinal++) {
        String address = opened.device().pciAddress(ordinal).orElse("");
        places.add(new DeviceMemoryPlace(kind + ":" + ordinal, address));
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("memory of kind {} has no places in the topology: {}", kind, e.toString(), e);
    }
  }
}
