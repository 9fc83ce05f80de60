package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Options;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.spi.PortRange;
import java.nio.channels.ServerSocketChannel;

/**
 * Where an engine's handshake service is to answer.
 *
 * @param host what peers are told
 * @param ports where to listen
 */
record HandshakeAddress(String host, Ports ports) {
  /** Opens the listener. */
  interface Ports {
    /** Listens; the caller owns the listener. */
    ServerSocketChannel listen(int backlog);
  }

  /**
   * Reads it from the options.
   *
   * @param p2p whether the name is an address whatever it looks like
   * @throws MooncakeException with {@link ErrorCode#OPTION} when the options do not agree or name
   *     something that peers cannot reach
   */
  static HandshakeAddress of(Options options, boolean p2p) {
    String name = options.get(CoreOptions.NAME);
    int defaultPort = options.get(CoreOptions.HANDSHAKE_DEFAULT_PORT);
    PortRange range = PortRange.of(options);
    if (p2p) {
      String host = HostPort.parse(name, defaultPort).value().host();
      return new HandshakeAddress(AdvertisedAddress.choose(options, host), range::listen);
    }
    if (options.get(CoreOptions.HANDSHAKE_PORT_FROM_NAME)) {
      HostPort wanted = name.isEmpty() ? new HostPort("", defaultPort) : strict(name, defaultPort);
      return new HandshakeAddress(
          AdvertisedAddress.choose(options, wanted.host()),
          backlog -> listen(new PortRange(range.address(), wanted.port(), wanted.port()), backlog));
    }
    String host = AdvertisedAddress.ofThisHost(HostPort.parse(name, defaultPort).value().host());
    return new HandshakeAddress(AdvertisedAddress.choose(options, host), range::listen);
  }

  private static HostPort strict(String name, int defaultPort) {
    try {
      return HostPort.parseStrict(name, defaultPort);
    } catch (MooncakeException e) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          CoreOptions.HANDSHAKE_PORT_FROM_NAME
              + " needs an address in "
              + CoreOptions.NAME
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static ServerSocketChannel listen(PortRange port, int backlog) {
    try {
      return port.listen(backlog);
    } catch (MooncakeException e) {
      throw new MooncakeException(
          e.code(),
          "the handshake service cannot listen at port "
              + port.minimum()
              + ", which "
              + CoreOptions.NAME
              + " names: "
              + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage())
              + "; stop what listens there, or unset "
              + CoreOptions.HANDSHAKE_PORT_FROM_NAME,
          e);
    }
  }
}
