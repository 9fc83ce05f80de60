package io.mooncake4j.api;

/** Starts engines; the implementation is found with {@link java.util.ServiceLoader}. */
public interface TransferEngineFactory {
  /**
   * Starts an engine.
   *
   * @param configuration what it is to be
   * @return a running engine, owned by the caller
   * @throws MooncakeException as {@link EngineBuilder#build()}
   */
  TransferEngine create(EngineConfiguration configuration);
}
