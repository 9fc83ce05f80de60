package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.ClassicForm;
import io.mooncake4j.spi.ClassicForm.BufferName;
import io.mooncake4j.spi.SpiVersion;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import io.mooncake4j.spi.TransportProvider;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the transport over TCP, which works on any host and talks to C++ Mooncake.
 *
 * <p>Safe from any thread.
 */
public final class TcpTransportProvider implements TransportProvider {
  private static final TransportDescription DESCRIPTION =
      new TransportDescription(
          version(),
          "Reads and writes the memory of other processes over TCP, as C++ Mooncake does.",
          Set.of("cpu"),
          AddressSpace.VIRTUAL,
          100,
          Set.of(
              TransportFeature.READ,
              TransportFeature.WRITE,
              TransportFeature.REMOTE_PROCESS,
              TransportFeature.SELF,
              TransportFeature.QUIESCENCE),
          TransportLimits.NONE,
          TcpOptions.ALL,
          Set.of("MC_FORCE_TCP"),
          Optional.of(new ClassicForm("tcp", BufferName.SEGMENT, 1)));

  private final NameLookup.Resolver resolver;

  /** For {@link java.util.ServiceLoader}. */
  public TcpTransportProvider() {
    this(InetAddress::getAllByName);
  }

  TcpTransportProvider(NameLookup.Resolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public Availability availability() {
    return Availability.yes();
  }

  @Override
  public TransportDescription describe() {
    return DESCRIPTION;
  }

  @Override
  public Transport create(TransportContext context) {
    return new TcpTransport(context, resolver);
  }

  /** The jar's manifest knows the version; class files outside of a jar have none. */
  private static String version() {
    String version = TcpTransportProvider.class.getPackage().getImplementationVersion();
    return version == null ? SpiVersion.CURRENT : version;
  }
}
