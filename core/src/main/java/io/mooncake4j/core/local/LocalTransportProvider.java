package io.mooncake4j.core.local;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import io.mooncake4j.spi.TransportProvider;
import java.util.Optional;
import java.util.Set;

/**
 * The built-in transport for requests to the engine's own segment whose both ranges are host
 * memory: a copy, without a link. No plugin brings it, and no descriptor shows it.
 */
public final class LocalTransportProvider implements TransportProvider {
  /** The transport's name. */
  public static final String NAME = "local";

  /** Above every plugin's: nothing is nearer than the same process. */
  private static final int RANK = 1000;

  private final String version;

  /**
   * Makes the provider.
   *
   * @param version the engine's version
   */
  public LocalTransportProvider(String version) {
    this.version = version;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability availability() {
    return Availability.yes();
  }

  @Override
  public TransportDescription describe() {
    return new TransportDescription(
        version,
        "Built in: copies between the engine's own regions of host memory.",
        Set.of("cpu"),
        AddressSpace.VIRTUAL,
        RANK,
        Set.of(
            TransportFeature.READ,
            TransportFeature.WRITE,
            TransportFeature.SELF,
            TransportFeature.QUIESCENCE),
        TransportLimits.NONE,
        LocalOptions.all(),
        Set.of(),
        Optional.empty());
  }

  @Override
  public Transport create(TransportContext context) {
    return new LocalTransport(context);
  }
}
