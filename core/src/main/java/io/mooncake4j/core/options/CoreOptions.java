package io.mooncake4j.core.options;

import io.mooncake4j.config.EnvironmentAlias;
import io.mooncake4j.config.EnvironmentAlias.Rule;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.spi.NetworkOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The engine's own options. */
public final class CoreOptions {
  /** The engine's segment name. */
  public static final Option<String> NAME =
      Option.of(
          "mooncake.name",
          OptionType.TEXT,
          "",
          "Name under which peers open this engine's segment; empty for the host's advertised"
              + " address. In peer-to-peer mode it is host or host:port, and only the host counts.");

  /** Where segments are looked up. */
  public static final Option<String> METADATA =
      Option.of(
          "mooncake.metadata",
          OptionType.TEXT,
          "P2PHANDSHAKE",
          "Where engines find each other: P2PHANDSHAKE to ask each peer itself, or the URL of a"
              + " metadata store such as http://host:port/metadata.");

  /** Which transports are used. */
  public static final Option<List<String>> TRANSPORTS =
      Option.of(
          "mooncake.transports",
          OptionType.LIST,
          List.of(),
          "Names of the transports to use; empty for every one that is available on this host. The"
              + " engine's own copying (local) counts as one: a list without it switches it off.");

  /** Plugin folders. */
  public static final Option<List<String>> PLUGIN_FOLDERS =
      Option.of(
          "mooncake.plugins.dirs",
          OptionType.LIST,
          List.of(),
          "Folders with plugin jars and zips, besides plugins/ of the distribution and those that"
              + " the program names. Plugins on the class path are always found.");

  /** Plugins that are not loaded. */
  public static final Option<List<String>> DISABLED_PLUGINS =
      Option.of(
          "mooncake.plugins.disabled",
          OptionType.LIST,
          List.of(),
          "Plugin ids that are not loaded although they are installed.");

  /** Plugins without which the engine does not start. */
  public static final Option<List<String>> REQUIRED_PLUGINS =
      Option.of(
          "mooncake.plugins.required",
          OptionType.LIST,
          List.of(),
          "Plugin ids without which the engine refuses to start: when one is not installed, refused,"
              + " disabled, or has a provider that is not available on this host.");

  /** The protocol that C++ peers see. */
  public static final Option<String> CLASSIC_PROTOCOL =
      Option.of(
          "mooncake.classic.protocol",
          OptionType.TEXT,
          "",
          "The one protocol that descriptors show to C++ Mooncake, such as tcp or rdma; empty for"
              + " the transports' own order of preference.");

  /** The deadline of a transfer. */
  public static final Option<Duration> TRANSFER_TIMEOUT =
      Option.of(
              "mooncake.transfer.timeout",
              OptionType.DURATION,
              Duration.ofSeconds(30),
              "How long a request may take, retries included, unless it has a deadline of its own.")
          .range(Duration.ofMillis(1), Duration.ofHours(24))
          .alias(new EnvironmentAlias("MC_TRANSFER_TIMEOUT", Rule.NUMBER, "s").raisedTo(5));

  /** How often a transfer is tried. */
  public static final Option<Integer> TRANSFER_ATTEMPTS =
      Option.of(
              "mooncake.transfer.attempts",
              OptionType.INTEGER,
              4,
              "How often a request that can safely be repeated is tried over each published entry"
                  + " that covers its range.")
          .range(1, 127);

  /** The pause between two tries. */
  public static final Option<Duration> TRANSFER_RETRY_DELAY =
      Option.of(
              "mooncake.transfer.retry-delay",
              OptionType.DURATION,
              Duration.ofMillis(50),
              "Pause before a request that failed is tried again over the same entry.")
          .range(Duration.ZERO, Duration.ofMinutes(1));

  /** How long closing waits. */
  public static final Option<Duration> CLOSE_TIMEOUT =
      Option.of(
              "mooncake.close.timeout",
              OptionType.DURATION,
              Duration.ofSeconds(10),
              "How long closing a region or the engine waits for transfers and peers that still use"
                  + " its memory.")
          .range(Duration.ZERO, Duration.ofHours(1));

  /** How long memory is kept when nobody can know. */
  public static final Option<Duration> MEMORY_GRACE =
      Option.of(
              "mooncake.memory.grace",
              OptionType.DURATION,
              Duration.ofSeconds(2),
              "How long withdrawn memory is kept before it may be used again, where a transport"
                  + " cannot know whether peers still touch it.")
          .range(Duration.ZERO, Duration.ofHours(1));

  /** The handshake port of peers whose name has none. */
  public static final Option<Integer> HANDSHAKE_DEFAULT_PORT =
      Option.of(
              "mooncake.handshake.default-port",
              OptionType.INTEGER,
              12001,
              "Handshake port of a peer whose name is a host without a port.")
          .range(1, 65535)
          .alias(EnvironmentAlias.of("MC_HANDSHAKE_PORT", Rule.NUMBER));

  /** How long connecting to a handshake service may take. */
  public static final Option<Duration> HANDSHAKE_CONNECT_TIMEOUT =
      Option.of(
              "mooncake.handshake.connect-timeout",
              OptionType.DURATION,
              Duration.ofSeconds(5),
              "How long connecting to a peer's handshake service may take.")
          .range(Duration.ofSeconds(1), Duration.ofSeconds(3599))
          .alias(new EnvironmentAlias("MC_HANDSHAKE_CONNECT_TIMEOUT", Rule.NUMBER, "s"));

  /** How long one handshake may take. */
  public static final Option<Duration> HANDSHAKE_TIMEOUT =
      Option.of(
              "mooncake.handshake.timeout",
              OptionType.DURATION,
              Duration.ofSeconds(10),
              "How long a peer may take, once connected, for one message of the handshake service;"
                  + " slower ones are dropped.")
          .range(Duration.ofMillis(10), Duration.ofHours(1));

  /** The longest handshake message. */
  public static final Option<Long> HANDSHAKE_MAX_LENGTH =
      Option.of(
              "mooncake.handshake.max-length",
              OptionType.BYTES,
              1L << 20,
              "Longest message that the handshake service accepts or sends; it bounds the size of"
                  + " descriptors.")
          .range(1L << 20, 128L << 20)
          .alias(EnvironmentAlias.of("MC_HANDSHAKE_MAX_LENGTH", Rule.NUMBER));

  /** Whether the engine's name says where its handshake service listens. */
  public static final Option<Boolean> HANDSHAKE_PORT_FROM_NAME =
      Option.of(
              "mooncake.handshake.port-from-name",
              OptionType.BOOLEAN,
              false,
              "Whether the handshake service listens at the port in mooncake.name"
                  + " (mooncake.handshake.default-port where it has none) and peers are told the"
                  + " name's host, instead of a free port. C++ peers never look up an address"
                  + " twice: with this they find an engine again that was restarted. Without effect"
                  + " in peer-to-peer mode.")
          .alias(EnvironmentAlias.of("MC_LEGACY_RPC_PORT_BINDING", Rule.PRESENCE));

  /** How many handshake connections may wait. */
  public static final Option<Integer> HANDSHAKE_BACKLOG =
      Option.of(
              "mooncake.handshake.backlog",
              OptionType.INTEGER,
              128,
              "How many connections may wait to be accepted by the handshake service.")
          .range(1, 65535)
          .alias(EnvironmentAlias.of("MC_HANDSHAKE_LISTEN_BACKLOG", Rule.NUMBER));

  /** How long one operation of a metadata store may take. */
  public static final Option<Duration> METADATA_TIMEOUT =
      Option.of(
              "mooncake.metadata.timeout",
              OptionType.DURATION,
              Duration.ofSeconds(5),
              "How long one operation of the metadata store may take.")
          .range(Duration.ofMillis(10), Duration.ofHours(1));

  /** The part of record keys that keeps clusters apart. */
  public static final Option<String> METADATA_CLUSTER_ID =
      Option.of(
              "mooncake.metadata.cluster-id",
              OptionType.TEXT,
              "",
              "Part of every record's key, so that several clusters can share one metadata store;"
                  + " empty for none.")
          .alias(EnvironmentAlias.of("MC_METADATA_CLUSTER_ID", Rule.TEXT));

  /** How often the own records are looked after. */
  public static final Option<Duration> METADATA_CHECK_INTERVAL =
      Option.of(
              "mooncake.metadata.check-interval",
              OptionType.DURATION,
              Duration.ofSeconds(2),
              "How often an engine looks whether the metadata store still has its records, to write"
                  + " lost ones again and to notice another engine of its name; 0s for never.")
          .range(Duration.ZERO, Duration.ofHours(1));

  /** Whether the records go when the process is told to end. */
  public static final Option<Boolean> METADATA_WITHDRAW_ON_EXIT =
      Option.of(
          "mooncake.metadata.withdraw-on-exit",
          OptionType.BOOLEAN,
          true,
          "Whether an engine that is still open when the virtual machine ends (at its own will or by"
              + " SIGTERM, SIGINT or SIGHUP) takes its records out of the metadata store, for which"
              + " the end waits 3 seconds at most. A program that closes its engines itself then, as"
              + " mooncake bench does, also waits for that, up to mooncake.metadata.timeout.");

  /** How many arrived notifications are kept. */
  public static final Option<Integer> NOTIFICATIONS_CAPACITY =
      Option.of(
              "mooncake.notifications.capacity",
              OptionType.INTEGER,
              65536,
              "How many notifications that have arrived are kept until the program takes them;"
                  + " further ones are refused to their senders.")
          .range(1, 1 << 24);

  /** Whether the engine is visible in JMX. */
  public static final Option<Boolean> METRICS_JMX =
      Option.of(
          "mooncake.metrics.jmx",
          OptionType.BOOLEAN,
          true,
          "Whether the engine's metrics are an MBean,"
              + " io.mooncake4j:type=TransferEngine,name=\"<engine>\", while it runs.");

  /** Whether the engine logs throughput and latency. */
  public static final Option<Boolean> METRICS_LOG =
      Option.of(
              "mooncake.metrics.log",
              OptionType.BOOLEAN,
              false,
              "Whether the engine logs throughput and the distribution of latency at intervals, in"
                  + " the words of C++ Mooncake, to the logger io.mooncake4j.metrics.")
          .alias(EnvironmentAlias.of("MC_TE_METRIC", Rule.TRUE_WORDS));

  /** How often it does. */
  public static final Option<Duration> METRICS_LOG_INTERVAL =
      Option.of(
              "mooncake.metrics.log-interval",
              OptionType.DURATION,
              Duration.ofSeconds(5),
              "Time between two lines of mooncake.metrics.log, in whole seconds.")
          .range(Duration.ofSeconds(1), Duration.ofHours(24))
          .alias(new EnvironmentAlias("MC_TE_METRIC_INTERVAL_SECONDS", Rule.NUMBER, "s"));

  /** A matrix in the place of discovery. */
  public static final Option<String> TOPOLOGY_FILE =
      Option.of(
              "mooncake.topology.file",
              OptionType.TEXT,
              "",
              "File with the matrix of preferred and other network devices per memory location, in"
                  + " JSON, in the place of what is discovered; empty to discover.")
          .alias(EnvironmentAlias.of("MC_CUSTOM_TOPO_JSON", Rule.TEXT));

  /** Which RDMA devices count. */
  public static final Option<List<String>> TOPOLOGY_DEVICES =
      Option.of(
              "mooncake.topology.devices",
              OptionType.LIST,
              List.of(),
              "Names of the RDMA devices that discovery may use; empty for every one that can be"
                  + " used.")
          .alias(EnvironmentAlias.of("MC_TE_FILTERS", Rule.TEXT));

  private static final List<Option<?>> OWN =
      List.of(
          NAME,
          METADATA,
          TRANSPORTS,
          PLUGIN_FOLDERS,
          DISABLED_PLUGINS,
          REQUIRED_PLUGINS,
          CLASSIC_PROTOCOL,
          TRANSFER_TIMEOUT,
          TRANSFER_ATTEMPTS,
          TRANSFER_RETRY_DELAY,
          CLOSE_TIMEOUT,
          MEMORY_GRACE,
          HANDSHAKE_DEFAULT_PORT,
          HANDSHAKE_CONNECT_TIMEOUT,
          HANDSHAKE_TIMEOUT,
          HANDSHAKE_MAX_LENGTH,
          HANDSHAKE_BACKLOG,
          HANDSHAKE_PORT_FROM_NAME,
          METADATA_TIMEOUT,
          METADATA_CLUSTER_ID,
          METADATA_CHECK_INTERVAL,
          METADATA_WITHDRAW_ON_EXIT,
          NOTIFICATIONS_CAPACITY,
          METRICS_JMX,
          METRICS_LOG,
          METRICS_LOG_INTERVAL,
          TOPOLOGY_FILE,
          TOPOLOGY_DEVICES);

  private static final List<Option<?>> ALL =
      Stream.of(OWN, SharedMemoryOptions.all(), NetworkOptions.all())
          .<Option<?>>flatMap(List::stream)
          .toList();

  private CoreOptions() {}

  /**
   * Returns all of them, {@link SharedMemoryOptions} and {@link NetworkOptions}.
   *
   * @return an immutable list
   */
  public static List<Option<?>> all() {
    return ALL;
  }
}
