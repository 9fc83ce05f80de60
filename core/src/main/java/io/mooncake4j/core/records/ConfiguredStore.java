package io.mooncake4j.core.records;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.classic.ClassicKeys;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.spi.MetadataStoreDescription;
import io.mooncake4j.spi.MetadataStoreProvider;

/** Opens the metadata store that the options name. Stateless; safe from any thread. */
public final class ConfiguredStore {
  private ConfiguredStore() {}

  /**
   * Says whether there is a store at all.
   *
   * @param options hold {@link CoreOptions#METADATA}
   * @return false in peer-to-peer mode
   */
  public static boolean isNamed(ResolvedOptions options) {
    return !options.get(CoreOptions.METADATA).equals(TransferEngine.P2P);
  }

  /**
   * Opens the store.
   *
   * @param catalog has the providers; outlives the store
   * @param options name the store and configure it
   * @return the records in it, owned by the caller
   * @throws MooncakeException with {@link ErrorCode#OPTION} when no provider serves the URL, {@link
   *     ErrorCode#PLUGIN} when the one that does is not available, or what the provider throws
   */
  public static StoreRecords open(PluginCatalog catalog, ResolvedOptions options) {
    String connection = options.get(CoreOptions.METADATA);
    MetadataStoreProvider provider =
        StoreSelection.choose(catalog.metadataStores(), connection).provider();
    MetadataStoreDescription description = provider.describe();
    return new StoreRecords(
        provider.create(connection, options.only(description.options())),
        ClassicKeys.of(options.get(CoreOptions.METADATA_CLUSTER_ID)),
        description.trailingNewline(),
        options.get(CoreOptions.METADATA_TIMEOUT));
  }
}
