package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Options;
import io.mooncake4j.core.classic.ClassicKeys;
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
    if (!p2p && ClassicKeys.isAmbiguous(options.get(CoreOptions.NAME))) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          CoreOptions.NAME
              + "="
              + options.get(CoreOptions.NAME)
              + " begins like a key of the metadata store, where its records would be those of"
              + " another name; choose a name that does not begin with ram/ or rpc_meta/");
    }
    PortRange range = PortRange.of(options);
    String host = AdvertisedAddress.choose(options, nameHost(options, p2p));
    if (p2p || !options.get(CoreOptions.HANDSHAKE_PORT_FROM_NAME)) {
      return new HandshakeAddress(host, range::listen);
    }
    HostPort wanted = fromName(options);
    return new HandshakeAddress(
        host,
        backlog -> listen(new PortRange(range.address(), wanted.port(), wanted.port()), backlog));
  }

  /**
   * Returns the host in the engine's name, as far as peers can be told it.
   *
   * @param p2p whether the name is an address whatever it looks like
   * @return a host without brackets, or empty when the name has none
   */
  static String nameHost(Options options, boolean p2p) {
    if (!p2p && options.get(CoreOptions.HANDSHAKE_PORT_FROM_NAME)) {
      return fromName(options).host();
    }
    String name = options.get(CoreOptions.NAME);
    HostPort.Parsed parsed = HostPort.parse(name, options.get(CoreOptions.HANDSHAKE_DEFAULT_PORT));
    String host = parsed.value().host();
    if (!p2p) {
      return AdvertisedAddress.ofThisHost(host);
    }
    if (parsed.warning().isPresent()) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          CoreOptions.NAME
              + "="
              + name
              + " has no valid port behind its host; give a host, or host:port with a port from 0"
              + " to 65535");
    }
    return host;
  }

  private static HostPort fromName(Options options) {
    String name = options.get(CoreOptions.NAME);
    int defaultPort = options.get(CoreOptions.HANDSHAKE_DEFAULT_PORT);
    return name.isEmpty() ? new HostPort("", defaultPort) : strict(name, defaultPort);
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
