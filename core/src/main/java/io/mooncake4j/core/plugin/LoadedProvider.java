package io.mooncake4j.core.plugin;

import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.Provider;

/**
 * A provider that can be used, if it is available.
 *
 * @param name its name in lower case, by which users select it
 * @param provider the provider; calls into it, and into what it makes, run with the plugin's class
 *     loader as context class loader
 * @param availability what it said when it was loaded
 * @param plugin the plugin it came with
 * @param <P> its kind
 */
public record LoadedProvider<P extends Provider>(
    String name, P provider, Availability availability, LoadedPlugin plugin) {
  @Override
  public String toString() {
    return name + " of plugin " + plugin;
  }
}
