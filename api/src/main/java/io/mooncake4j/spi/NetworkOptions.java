package io.mooncake4j.spi;

import io.mooncake4j.config.EnvironmentAlias;
import io.mooncake4j.config.EnvironmentAlias.Rule;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import java.time.Duration;
import java.util.List;

/**
 * Options shared by the engine and every transport: addresses, ports, and how threads wait for
 * peers.
 */
public final class NetworkOptions {
  /** Where sockets are bound. */
  public static final Option<String> BIND_ADDRESS =
      Option.of(
          "mooncake.network.bind-address",
          OptionType.TEXT,
          "",
          "Numeric address that sockets listen on; empty for all addresses of the host.");

  /** What peers are told. */
  public static final Option<String> ADVERTISED_ADDRESS =
      Option.of(
              "mooncake.network.advertised-address",
              OptionType.TEXT,
              "",
              "Address that peers are told, numeric or a name that they can resolve; empty takes the"
                  + " host part of the engine's name in peer-to-peer mode, else the bind address,"
                  + " else the first address that matches mooncake.network.interfaces.")
          .alias(EnvironmentAlias.of("MC_TCP_BIND_ADDRESS", Rule.TEXT));

  /** Which interfaces count. */
  public static final Option<List<String>> INTERFACES =
      Option.of(
          "mooncake.network.interfaces",
          OptionType.LIST,
          List.of(),
          "Interface names and networks (such as eth0 or 10.0.0.0/8) from which the advertised"
              + " address is chosen; empty for any that is up and not loopback.");

  /** Whether IPv6 is preferred. */
  public static final Option<Boolean> IPV6 =
      Option.of(
              "mooncake.network.ipv6",
              OptionType.BOOLEAN,
              false,
              "Prefer IPv6 when choosing an address and when resolving names.")
          .alias(EnvironmentAlias.of("MC_USE_IPV6", Rule.PRESENCE));

  /** Lowest port to listen on. */
  public static final Option<Integer> MIN_PORT =
      Option.of(
              "mooncake.network.port.min",
              OptionType.INTEGER,
              15000,
              "Lowest port that the handshake service and transports listen on.")
          .range(1024, 65535)
          .alias(EnvironmentAlias.of("MC_MIN_RPC_PORT", Rule.NUMBER))
          .alias(EnvironmentAlias.of("MC_MIN_PRC_PORT", Rule.NUMBER));

  /** Highest port to listen on. */
  public static final Option<Integer> MAX_PORT =
      Option.of(
              "mooncake.network.port.max",
              OptionType.INTEGER,
              17000,
              "Highest port that the handshake service and transports listen on.")
          .range(1024, 65535)
          .alias(EnvironmentAlias.of("MC_MAX_RPC_PORT", Rule.NUMBER))
          .alias(EnvironmentAlias.of("MC_MAX_PRC_PORT", Rule.NUMBER));

  /** How long threads look before they sleep. */
  public static final Option<Duration> BUSY_POLL =
      Option.of(
              "mooncake.network.busy-poll",
              OptionType.DURATION,
              Duration.ofNanos(100_000),
              "How long a thread that waits for a peer's answer looks for it before it sleeps, while"
                  + " answers come within this time; 0 always sleeps. It yields the processor to"
                  + " any other thread meanwhile; where many want it, nobody looks for a while.")
          .range(Duration.ZERO, Duration.ofMillis(10));

  private NetworkOptions() {}

  /**
   * Returns all of them.
   *
   * @return an immutable list
   */
  public static List<Option<?>> all() {
    return List.of(
        BIND_ADDRESS, ADVERTISED_ADDRESS, INTERFACES, IPV6, MIN_PORT, MAX_PORT, BUSY_POLL);
  }
}
