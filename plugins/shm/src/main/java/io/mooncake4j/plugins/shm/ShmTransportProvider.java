package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.SpiVersion;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import io.mooncake4j.spi.TransportProvider;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the transport through shared memory, which works on Linux.
 *
 * <p>Safe from any thread.
 */
public final class ShmTransportProvider implements TransportProvider {
  private static final TransportDescription DESCRIPTION =
      new TransportDescription(
          version(),
          "Reads and writes the memory of other processes of the same user on the same host by"
              + " mapping it.",
          Set.of("cpu"),
          AddressSpace.VIRTUAL,
          300,
          Set.of(
              TransportFeature.READ,
              TransportFeature.WRITE,
              TransportFeature.REMOTE_PROCESS,
              TransportFeature.SELF,
              TransportFeature.QUIESCENCE,
              TransportFeature.SHARED_MEMORY),
          TransportLimits.NONE,
          ShmOptions.ALL,
          Set.of(),
          Optional.empty());

  /** For {@link java.util.ServiceLoader}. */
  public ShmTransportProvider() {}

  @Override
  public String name() {
    return "shm";
  }

  @Override
  public Availability availability() {
    Attempt<Void> memory = SharedMemory.available();
    if (!memory.succeeded()) {
      return Availability.no("memory files (memfd_create) are not available: " + memory.cause());
    }
    try {
      var unused = Host.here();
      return Availability.yes();
    } catch (IOException e) {
      return Availability.no("it needs Linux with /proc mounted: " + e);
    }
  }

  @Override
  public TransportDescription describe() {
    return DESCRIPTION;
  }

  @Override
  public Transport create(TransportContext context) {
    try {
      return new ShmTransport(context, Host.here());
    } catch (IOException e) {
      throw new MooncakeException(
          ErrorCode.CONTEXT, "the shm transport needs Linux with /proc mounted: " + e, e);
    }
  }

  /** The jar's manifest knows the version; class files outside of a jar have none. */
  private static String version() {
    String version = ShmTransportProvider.class.getPackage().getImplementationVersion();
    return version == null ? SpiVersion.CURRENT : version;
  }
}
