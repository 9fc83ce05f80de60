package io.mooncake4j.spi;

import io.mooncake4j.config.Option;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a metadata store is and can do.
 *
 * @param version the plugin's version
 * @param summary one sentence for users
 * @param schemes the URL schemes it serves, such as {@code http}
 * @param servesBareStrings whether connection strings without a scheme are its own
 * @param trailingNewline whether values end with a line feed, as C++ Mooncake writes them to this
 *     kind of store
 * @param capabilities interfaces of this package beyond get, put and remove that it offers
 * @param options its options; keys begin with {@code mooncake.<provider name>.}
 */
public record MetadataStoreDescription(
    String version,
    String summary,
    Set<String> schemes,
    boolean servesBareStrings,
    boolean trailingNewline,
    Set<Class<? extends MetadataStore.Capability>> capabilities,
    List<Option<?>> options) {
  /** Copies the collections. */
  public MetadataStoreDescription {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(summary, "summary");
    schemes = Set.copyOf(schemes);
    capabilities = Set.copyOf(capabilities);
    options = List.copyOf(options);
  }
}
