package io.mooncake4j.core.topology;

import java.util.Objects;

/**
 * Where the memory of a device such as a GPU is plugged in.
 *
 * @param location its location, such as {@code cuda:0}
 * @param pciAddress its PCI address in any case, or empty when it is not known
 */
public record DeviceMemoryPlace(String location, String pciAddress) {
  /** Checks that nothing is null. */
  public DeviceMemoryPlace {
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(pciAddress, "pciAddress");
  }
}
