package io.mooncake4j.core.plugin;

import io.mooncake4j.config.Option;
import io.mooncake4j.spi.MemoryDeviceProvider;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.spi.Provider;
import io.mooncake4j.spi.TransportProvider;
import java.util.List;
import java.util.function.Function;

/**
 * What differs between the three kinds of providers.
 *
 * @param type the provider's interface
 * @param word what a provider of this kind is called in messages
 * @param options reads a provider's options from its description
 * @param <P> the provider's interface
 */
record ProviderKind<P extends Provider>(
    Class<P> type, String word, Function<P, List<Option<?>>> options) {
  static final ProviderKind<TransportProvider> TRANSPORT =
      new ProviderKind<>(
          TransportProvider.class, "transport", provider -> provider.describe().options());

  static final ProviderKind<MemoryDeviceProvider> MEMORY_DEVICE =
      new ProviderKind<>(
          MemoryDeviceProvider.class, "memory device", provider -> provider.describe().options());

  static final ProviderKind<MetadataStoreProvider> METADATA_STORE =
      new ProviderKind<>(
          MetadataStoreProvider.class, "metadata store", provider -> provider.describe().options());

  static final List<ProviderKind<?>> ALL = List.of(TRANSPORT, MEMORY_DEVICE, METADATA_STORE);
}
