package io.mooncake4j.spi;

/** Makes one kind of transport; see {@link Provider} for how it is found. */
public interface TransportProvider extends Provider {
  /**
   * Describes the transport. The description is a promise: the transport contract of the testkit
   * checks that what it claims works and that what it does not claim is refused.
   *
   * @return always the same description
   */
  TransportDescription describe();

  /**
   * Starts the transport for one engine.
   *
   * @param context the engine, as far as transports may see it; valid until the transport is closed
   * @return a running transport, which the engine closes
   * @throws io.mooncake4j.api.MooncakeException when it cannot start
   */
  Transport create(TransportContext context);
}
