package io.mooncake4j.spi;

import io.mooncake4j.config.Options;

/** Connects to one kind of metadata store; see {@link Provider} for how it is found. */
public interface MetadataStoreProvider extends Provider {
  /**
   * Describes the store. The metadata store contract of the testkit checks it against behaviour.
   *
   * @return always the same description
   */
  MetadataStoreDescription describe();

  /**
   * Connects, or prepares to: a server that is down is reported by the first operation, not here.
   *
   * @param connection the whole connection string, including the scheme if it had one
   * @param options the values of the provider's options
   * @return the store, which the engine closes
   * @throws io.mooncake4j.api.MooncakeException with {@link
   *     io.mooncake4j.api.ErrorCode#INVALID_ARGUMENT} when the string is not valid
   */
  MetadataStore create(String connection, Options options);
}
