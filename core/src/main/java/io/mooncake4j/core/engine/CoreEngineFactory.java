package io.mooncake4j.core.engine;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferEngineFactory;

/** Starts engines; named in {@code META-INF/services}. */
public final class CoreEngineFactory implements TransferEngineFactory {
  @Override
  public TransferEngine create(EngineConfiguration configuration) {
    return new EngineAssembly(configuration).start();
  }
}
