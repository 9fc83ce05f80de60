package io.mooncake4j.core.records;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionValue;
import io.mooncake4j.core.plugin.LoadedProvider;
import io.mooncake4j.spi.MetadataStoreProvider;
import java.util.ArrayList;
import java.util.List;

/** Chooses the metadata store that serves a connection string. Stateless; safe from any thread. */
public final class StoreSelection {
  private StoreSelection() {}

  /**
   * Chooses by the scheme; a string without one goes to the store that serves bare strings.
   *
   * @param stores what the plugins offer
   * @param connection from {@link CoreOptions#METADATA}, not {@link TransferEngine#P2P}
   * @return an available store
   * @throws MooncakeException with {@link ErrorCode#PLUGIN} when the store is not available, {@link
   *     ErrorCode#OPTION} when no plugin serves the string
   */
  public static LoadedProvider<MetadataStoreProvider> choose(
      List<LoadedProvider<MetadataStoreProvider>> stores, String connection) {
    int end = connection.indexOf("://");
    String scheme = end < 0 ? "" : connection.substring(0, end);
    List<String> known = new ArrayList<>();
    for (LoadedProvider<MetadataStoreProvider> provider : stores) {
      var description = provider.provider().describe();
      known.addAll(description.schemes());
      boolean serves =
          scheme.isEmpty()
              ? description.servesBareStrings()
              : description.schemes().contains(scheme);
      if (serves && provider.availability().available()) {
        return provider;
      }
      if (serves) {
        throw new MooncakeException(
            ErrorCode.PLUGIN,
            "metadata store "
                + provider.name()
                + " is not available: "
                + provider.availability().cause());
      }
    }
    throw new MooncakeException(
        ErrorCode.OPTION,
        CoreOptions.METADATA
            + "="
            + (end < 0 ? withoutUser(connection) : OptionValue.withoutUser(connection))
            + ": no plugin serves it; write "
            + TransferEngine.P2P
            + (known.isEmpty()
                ? ", or install the plugin of a metadata store (is mooncake.plugins.dirs set?)"
                : " or a URL that begins with one of " + known));
  }

  /** Whatever stands before an @ may be a password, also in an address that is mistyped. */
  private static String withoutUser(String bare) {
    int at = bare.lastIndexOf('@');
    return at < 0 ? bare : "******" + bare.substring(at);
  }
}
