package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStoreDescription;
import io.mooncake4j.spi.MetadataStoreProvider;
import java.util.List;
import java.util.Set;

/**
 * {@code sim-metadata}: a metadata store in memory. Connections {@code sim://<name>} of one process
 * with the same name share the records of {@link SimulatedMetadata#named}. Safe from any thread.
 */
public final class SimMetadataProvider implements MetadataStoreProvider {
  /** The provider's name. */
  public static final String NAME = "sim-metadata";

  private static final String SCHEME = "sim";
  private static final MetadataStoreDescription DESCRIPTION =
      new MetadataStoreDescription(
          "0.1.0",
          "Simulated metadata store in memory, for tests.",
          Set.of(SCHEME),
          false,
          false,
          Set.of(
              MetadataStore.PrefixListing.class,
              MetadataStore.VersionedSwap.class,
              MetadataStore.Leases.class,
              MetadataStore.Watch.class),
          List.of());

  /** For the service loader. */
  public SimMetadataProvider() {}

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
    String start = SCHEME + "://";
    if (!connection.startsWith(start) || connection.length() == start.length()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "\"" + connection + "\" is no simulated metadata store; write " + start + "<name>");
    }
    return new SimulatedMetadataStore(
        SimulatedMetadata.named(connection.substring(start.length())));
  }
}
