package io.mooncake4j.cli.demo;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.spi.NetworkOptions;

/** The engines of the demo: on this host alone, unless the user says otherwise. */
final class DemoEngine {
  private static final String LOOPBACK = "127.0.0.1";

  private DemoEngine() {}

  /**
   * Starts an engine.
   *
   * @param arguments what the user said
   * @return a running engine
   */
  static TransferEngine start(EngineArguments arguments) {
    EngineBuilder builder = arguments.builder();
    if (!arguments.defines("mooncake.name")) {
      builder.name(LOOPBACK);
    }
    if (!arguments.defines(NetworkOptions.BIND_ADDRESS.key())) {
      builder.option(NetworkOptions.BIND_ADDRESS.key(), LOOPBACK);
    }
    return builder.build();
  }
}
