package io.mooncake4j.cli;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.plugin.LoadedProvider;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.plugin.PluginSources;
import io.mooncake4j.spi.Provider;
import java.util.List;
import java.util.stream.Stream;

/** The plugins that an engine would load. */
final class InstalledPlugins {
  private InstalledPlugins() {}

  /**
   * Loads them.
   *
   * @param arguments say where to look
   * @return the catalog, owned by the caller
   */
  static PluginCatalog load(EngineArguments arguments) {
    EngineConfiguration configuration = arguments.configuration();
    OptionResolver resolver = OptionResolver.of(configuration);
    return PluginCatalog.load(PluginSources.of(configuration, resolver));
  }

  /**
   * Returns the providers of all kinds.
   *
   * @param catalog the plugins
   * @return transports, then memory devices, then metadata stores
   */
  static List<Provider> providers(PluginCatalog catalog) {
    return Stream.of(catalog.transports(), catalog.memoryDevices(), catalog.metadataStores())
        .flatMap(List::stream)
        .<Provider>map(LoadedProvider::provider)
        .toList();
  }
}
