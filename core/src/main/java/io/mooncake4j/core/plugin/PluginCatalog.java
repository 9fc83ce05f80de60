package io.mooncake4j.core.plugin;

import io.mooncake4j.core.options.DeclaredOptions;
import io.mooncake4j.core.options.ForcedTransport;
import io.mooncake4j.spi.MemoryDeviceProvider;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.spi.Provider;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportProvider;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The plugins that are installed, with the providers they bring and what was refused.
 *
 * <p>Safe from any thread. Owned by whoever loads it: closing takes the class loaders of plugins
 * from folders away, so whatever their providers have made must be closed before.
 */
public final class PluginCatalog implements AutoCloseable {
  /** What loading has found; handed over by {@link CatalogLoader}. */
  record Contents(
      List<LoadedPlugin> plugins,
      List<String> disabled,
      List<PluginProblem> problems,
      Map<ProviderKind<?>, Map<String, LoadedProvider<?>>> providers,
      DeclaredOptions options) {}

  private final Contents contents;
  private final Runnable stopPlugins;
  private boolean closed;

  PluginCatalog(Contents contents, Runnable stopPlugins) {
    this.contents = contents;
    this.stopPlugins = stopPlugins;
  }

  /**
   * Finds and loads plugins. What cannot be used is refused, logged once, and listed in {@link
   * #problems()}; the rest loads.
   *
   * @param sources where to look
   * @return the catalog, owned by the caller
   */
  public static PluginCatalog load(PluginSources sources) {
    return new CatalogLoader(sources).load();
  }

  /**
   * Returns the transports, available or not.
   *
   * @return sorted by name, immutable
   */
  public List<LoadedProvider<TransportProvider>> transports() {
    return List.copyOf(of(ProviderKind.TRANSPORT).values());
  }

  /**
   * Returns the memory devices, available or not.
   *
   * @return sorted by name, immutable
   */
  public List<LoadedProvider<MemoryDeviceProvider>> memoryDevices() {
    return List.copyOf(of(ProviderKind.MEMORY_DEVICE).values());
  }

  /**
   * Returns the metadata stores, available or not.
   *
   * @return sorted by name, immutable
   */
  public List<LoadedProvider<MetadataStoreProvider>> metadataStores() {
    return List.copyOf(of(ProviderKind.METADATA_STORE).values());
  }

  /**
   * Finds a transport.
   *
   * @param name its name, in any case
   * @return the transport, or nothing when none of that name is installed
   */
  public Optional<LoadedProvider<TransportProvider>> transport(String name) {
    return Optional.ofNullable(of(ProviderKind.TRANSPORT).get(normalised(name)));
  }

  /**
   * Returns the plugins in use.
   *
   * @return in the order in which they were found, immutable
   */
  public List<LoadedPlugin> plugins() {
    return contents.plugins();
  }

  /**
   * Returns the plugins that are installed but were left out because the user said so.
   *
   * @return plugin ids, sorted
   */
  public List<String> disabled() {
    return contents.disabled();
  }

  /**
   * Returns what was refused.
   *
   * @return in the order in which it was found, immutable
   */
  public List<PluginProblem> problems() {
    return contents.problems();
  }

  /**
   * Returns every option there is.
   *
   * @return the engine's own options and those of all providers, and what may force a transport
   */
  public DeclaredOptions options() {
    Map<String, TransportDescription> descriptions = new TreeMap<>();
    transports().forEach(it -> descriptions.put(it.name(), it.provider().describe()));
    return contents.options().with(ForcedTransport.declaredBy(descriptions));
  }

  @SuppressWarnings("unchecked")
  private <P extends Provider> Map<String, LoadedProvider<P>> of(ProviderKind<P> kind) {
    Map<String, ?> loaded = contents.providers().getOrDefault(kind, new TreeMap<>());
    return Collections.unmodifiableMap((Map<String, LoadedProvider<P>>) loaded);
  }

  /** Names differ by more than case. */
  static String normalised(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /** Stops the plugins from folders, one by one, and removes what was unpacked. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      stopPlugins.run();
    }
  }
}
