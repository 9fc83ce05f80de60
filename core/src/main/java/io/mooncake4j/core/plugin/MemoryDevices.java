package io.mooncake4j.core.plugin;

import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.MemoryDeviceDescription;
import io.mooncake4j.spi.MemoryDeviceProvider;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory devices that this host has, opened.
 *
 * <p>One that is not available, or cannot be opened, is logged and left out. The list is immutable;
 * closing closes the devices, from one thread, before their plugins.
 */
public final class MemoryDevices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryDevices.class);

  /**
   * A device and what its provider says of it.
   *
   * @param description kind and features
   * @param device the device, owned by the list
   */
  public record Opened(MemoryDeviceDescription description, MemoryDevice device) {}

  private final List<Opened> opened = new ArrayList<>();

  private MemoryDevices() {}

  /**
   * Opens them.
   *
   * @param catalog the plugins
   * @param options all options, of which each device sees its own
   * @return the devices, to be closed by the caller
   */
  public static MemoryDevices open(PluginCatalog catalog, ResolvedOptions options) {
    MemoryDevices devices = new MemoryDevices();
    for (LoadedProvider<MemoryDeviceProvider> provider : catalog.memoryDevices()) {
      if (provider.availability().available()) {
        devices.open(provider, options);
      } else {
        LOG.info(
            "memory device {} is not available: {}",
            provider.name(),
            provider.availability().cause());
      }
    }
    return devices;
  }

  private void open(LoadedProvider<MemoryDeviceProvider> chosen, ResolvedOptions options) {
    try {
      MemoryDeviceDescription description = chosen.provider().describe();
      MemoryDevice device = chosen.provider().create(options.only(description.options()));
      opened.add(new Opened(description, device));
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("memory device {} cannot be started: {}", chosen.name(), e.toString(), e);
    }
  }

  /**
   * Returns the devices with their descriptions.
   *
   * @return an immutable list
   */
  public List<Opened> opened() {
    return List.copyOf(opened);
  }

  /**
   * Returns the devices.
   *
   * @return an immutable list
   */
  public List<MemoryDevice> all() {
    return opened.stream().map(Opened::device).toList();
  }

  @Override
  public void close() {
    for (int i = opened.size() - 1; i >= 0; i--) {
      try {
        opened.get(i).device().close();
      } catch (RuntimeException | LinkageError e) {
        LOG.warn("a memory device did not stop cleanly", e);
      }
    }
    opened.clear();
  }
}
