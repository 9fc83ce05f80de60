package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.config.Options;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStoreDescription;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.spi.SpiVersion;
import java.util.Set;

/**
 * Makes the metadata store over HTTP: that of C++ Mooncake's and of mooncake4j's metadata servers.
 *
 * <p>Safe from any thread.
 */
public final class HttpStoreProvider implements MetadataStoreProvider {
  static final String NAME = "http";

  private static final MetadataStoreDescription DESCRIPTION =
      new MetadataStoreDescription(
          version(),
          "Keeps records on a metadata server, over HTTP as C++ Mooncake does.",
          Set.of("http", "https"),
          false,
          false,
          Set.of(MetadataStore.PrefixListing.class),
          HttpOptions.ALL);

  /** For {@link java.util.ServiceLoader}. */
  public HttpStoreProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability availability() {
    return Availability.yes();
  }

  @Override
  public MetadataStoreDescription describe() {
    return DESCRIPTION;
  }

  @Override
  public MetadataStore create(String connection, Options options) {
    HttpOptions values = HttpOptions.of(options);
    ServerAddress address = ServerAddress.parse(connection);
    return new HttpStore(address, new HttpCalls(address, values), values);
  }

  /** The jar's manifest knows the version; class files outside of a jar have none. */
  static String version() {
    String version = HttpStoreProvider.class.getPackage().getImplementationVersion();
    return version == null ? SpiVersion.CURRENT : version;
  }
}
