package io.mooncake4j.core.engine;

import io.mooncake4j.config.Options;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.options.CoreOptions;

/** Reads {@link CoreOptions#NAME} as peer-to-peer mode does. */
final class EngineName {
  private EngineName() {}

  /**
   * Returns the host part of the name.
   *
   * @param options holds name and default port
   * @return a name or a numeric address without brackets; empty for an empty name
   */
  static String host(Options options) {
    return HostPort.parse(
            options.get(CoreOptions.NAME), options.get(CoreOptions.HANDSHAKE_DEFAULT_PORT))
        .value()
        .host();
  }
}
