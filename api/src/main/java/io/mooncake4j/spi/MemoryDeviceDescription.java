package io.mooncake4j.spi;

import io.mooncake4j.config.Option;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a memory device is and can do.
 *
 * @param version the plugin's version
 * @param summary one sentence for users
 * @param kind the first part of its locations, such as {@code cuda}
 * @param features what it can do; what it does not list is refused
 * @param options its options; keys begin with {@code mooncake.<provider name>.}
 */
public record MemoryDeviceDescription(
    String version, String summary, String kind, Set<Feature> features, List<Option<?>> options) {
  /** Something that a memory device can do. */
  public enum Feature {
    /** Exports memory to, and imports it from, other processes of the host. */
    IPC,
    /** Exports memory as a dma-buf descriptor. */
    DMA_BUF,
    /** Knows the PCI address of its devices. */
    PCI_ADDRESS
  }

  /** Copies the collections. */
  public MemoryDeviceDescription {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(summary, "summary");
    Objects.requireNonNull(kind, "kind");
    features = Set.copyOf(features);
    options = List.copyOf(options);
  }
}
