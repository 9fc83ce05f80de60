package io.mooncake4j.plugins.tcp;

import io.mooncake4j.config.EnvironmentAlias;
import io.mooncake4j.config.EnvironmentAlias.Rule;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.NetworkOptions;
import java.time.Duration;
import java.util.List;

/**
 * The values of the transport's options, as declared by the constants of this class.
 *
 * @param connections most connections to one peer
 * @param pipelineDepth most unanswered requests on one connection
 * @param pipelineBytes payload of unanswered requests beyond which a connection takes no more
 * @param localPipelineBytes the same when the peer is on this host
 * @param mergeBytes most bytes of slices that are sent as one request, 0 to send each by itself
 * @param maxQueuedSlices most slices that wait for a connection to one peer
 * @param sliceBytes the longest request
 * @param protocolVersion the highest version spoken as initiator
 * @param confirmV1Writes whether v1 writes are confirmed by reading a byte back
 * @param statusTimeoutNanos how long the oldest request may stay unanswered
 * @param stallTimeoutNanos how long a payload may make no progress
 * @param connectTimeoutNanos how long resolving a name, and connecting to one address, may take
 * @param coolDownNanos pause after a connection could not be made
 * @param idleTimeoutNanos how long an unused connection is kept
 * @param maxServerConnections most connections served at once
 * @param backlog most connections waiting to be accepted
 * @param sendBufferBytes size of a socket's send buffer, 0 for the kernel's choice
 * @param receiveBufferBytes size of a socket's receive buffer, 0 for the kernel's choice
 * @param busyPollNanos how long to look for bytes before sleeping
 * @param preferIpv6 whether IPv6 addresses of a name are tried first
 */
record TcpOptions(
    int connections,
    int pipelineDepth,
    long pipelineBytes,
    long localPipelineBytes,
    long mergeBytes,
    int maxQueuedSlices,
    long sliceBytes,
    int protocolVersion,
    boolean confirmV1Writes,
    long statusTimeoutNanos,
    long stallTimeoutNanos,
    long connectTimeoutNanos,
    long coolDownNanos,
    long idleTimeoutNanos,
    int maxServerConnections,
    int backlog,
    int sendBufferBytes,
    int receiveBufferBytes,
    long busyPollNanos,
    boolean preferIpv6) {

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofHours(24);

  static final Option<Integer> CONNECTIONS =
      Option.of(
              "mooncake.tcp.connections",
              OptionType.INTEGER,
              2,
              "Most connections to one peer; they are opened when there is work for them.")
          .range(1, 16)
          .alias(EnvironmentAlias.of("MC_TCP_LANES_PER_PEER", Rule.NUMBER))
          .alias(EnvironmentAlias.of("MC_TCP_MAX_CONNECTIONS_PER_PEER", Rule.NUMBER));

  static final Option<Integer> PIPELINE_DEPTH =
      Option.of(
              "mooncake.tcp.pipeline-depth",
              OptionType.INTEGER,
              256,
              "Most requests on one connection that are not answered yet.")
          .range(1, 4096);

  static final Option<Long> PIPELINE_BYTES =
      Option.of(
              "mooncake.tcp.pipeline-bytes",
              OptionType.BYTES,
              8L << 20,
              "Payload of unanswered requests beyond which a connection takes no more; raise it for"
                  + " links with a long delay.")
          .range(64L << 10, 16L << 30);

  static final Option<Long> LOCAL_PIPELINE_BYTES =
      Option.of(
              "mooncake.tcp.local-pipeline-bytes",
              OptionType.BYTES,
              512L << 10,
              "The same for a peer on this host, if it is less: there is no delay to bridge, and"
                  + " what waits in the kernel's buffers leaves the CPU's caches.")
          .range(64L << 10, 16L << 30);

  static final Option<Long> MERGE_BYTES =
      Option.of(
              "mooncake.tcp.merge-bytes",
              OptionType.BYTES,
              256L << 10,
              "Transfers that wait and follow each other in the peer's memory are sent as one"
                  + " request of at most this length, with protocol v2; 0 sends each by itself.")
          .range(0L, 16L << 20);

  static final Option<Integer> MAX_QUEUED_SLICES =
      Option.of(
              "mooncake.tcp.max-queued-slices",
              OptionType.INTEGER,
              65536,
              "Most slices that wait for a connection to one peer; what is submitted beyond fails"
                  + " with TOO_MANY_REQUESTS.")
          .range(64, 1 << 24);

  static final Option<Long> SLICE_BYTES =
      Option.of(
              "mooncake.tcp.slice-bytes",
              OptionType.BYTES,
              256L << 10,
              "Longest single request; longer transfers are split and spread over connections.")
          .range(4L << 10, 1L << 30);

  static final Option<Integer> PROTOCOL_VERSION =
      Option.of(
              "mooncake.tcp.protocol-version",
              OptionType.INTEGER,
              2,
              "Highest protocol version spoken to peers: 2 speaks v2 to peers that publish it and v1"
                  + " to others, 1 speaks v1 to all. Both are always served.")
          .range(1, 2)
          .alias(EnvironmentAlias.of("MC_TCP_PROTO", Rule.NUMBER));

  static final Option<Boolean> CONFIRM_V1_WRITES =
      Option.of(
          "mooncake.tcp.confirm-v1-writes",
          OptionType.BOOLEAN,
          true,
          "Confirm a v1 write by reading its last byte back on the same connection; false completes"
              + " it once the local kernel has taken it, as C++ Mooncake does.");

  static final Option<Duration> STATUS_TIMEOUT =
      Option.of(
              "mooncake.tcp.status-timeout",
              OptionType.DURATION,
              Duration.ofSeconds(30),
              "How long a peer may leave its oldest request unanswered before the connection is"
                  + " given up.")
          .range(SHORTEST, LONGEST)
          .alias(new EnvironmentAlias("MC_TCP_STATUS_TIMEOUT_SEC", Rule.NUMBER, "s"));

  static final Option<Duration> STALL_TIMEOUT =
      Option.of(
              "mooncake.tcp.stall-timeout",
              OptionType.DURATION,
              Duration.ofSeconds(30),
              "How long a payload may make no progress, as initiator and as server, before the"
                  + " connection is given up.")
          .range(SHORTEST, LONGEST);

  static final Option<Duration> CONNECT_TIMEOUT =
      Option.of(
              "mooncake.tcp.connect-timeout",
              OptionType.DURATION,
              Duration.ofSeconds(5),
              "How long resolving a peer's name may take, and then connecting to each address.")
          .range(SHORTEST, LONGEST);

  static final Option<Duration> COOL_DOWN =
      Option.of(
              "mooncake.tcp.cool-down",
              OptionType.DURATION,
              Duration.ofMillis(200),
              "After a failure to connect, slices for the peer fail at once for this long.")
          .range(Duration.ZERO, LONGEST);

  static final Option<Duration> IDLE_TIMEOUT =
      Option.of(
              "mooncake.tcp.idle-timeout",
              OptionType.DURATION,
              Duration.ofMinutes(5),
              "How long an unused connection to a peer is kept.")
          .range(SHORTEST, LONGEST);

  static final Option<Integer> MAX_SERVER_CONNECTIONS =
      Option.of(
              "mooncake.tcp.max-server-connections",
              OptionType.INTEGER,
              1024,
              "Most connections served at once; beyond, the one that has been idle longest makes"
                  + " room, or the new one is closed.")
          .range(1, 65535);

  static final Option<Integer> BACKLOG =
      Option.of(
              "mooncake.tcp.backlog",
              OptionType.INTEGER,
              1024,
              "Most connections that wait to be accepted.")
          .range(1, 65535);

  static final Option<Long> SEND_BUFFER_BYTES =
      Option.of(
              "mooncake.tcp.send-buffer-bytes",
              OptionType.BYTES,
              0L,
              "Size of each socket's send buffer; 0 leaves it to the kernel, which adapts it.")
          .range(0L, 1L << 30);

  static final Option<Long> RECEIVE_BUFFER_BYTES =
      Option.of(
              "mooncake.tcp.receive-buffer-bytes",
              OptionType.BYTES,
              0L,
              "Size of each socket's receive buffer; 0 leaves it to the kernel, which adapts it.")
          .range(0L, 1L << 30);

  /** All of them, as the provider declares them. */
  static final List<Option<?>> ALL =
      List.of(
          CONNECTIONS,
          PIPELINE_DEPTH,
          PIPELINE_BYTES,
          LOCAL_PIPELINE_BYTES,
          MERGE_BYTES,
          MAX_QUEUED_SLICES,
          SLICE_BYTES,
          PROTOCOL_VERSION,
          CONFIRM_V1_WRITES,
          STATUS_TIMEOUT,
          STALL_TIMEOUT,
          CONNECT_TIMEOUT,
          COOL_DOWN,
          IDLE_TIMEOUT,
          MAX_SERVER_CONNECTIONS,
          BACKLOG,
          SEND_BUFFER_BYTES,
          RECEIVE_BUFFER_BYTES);

  /** Reads all values once. */
  static TcpOptions of(Options options) {
    return new TcpOptions(
        options.get(CONNECTIONS),
        options.get(PIPELINE_DEPTH),
        options.get(PIPELINE_BYTES),
        options.get(LOCAL_PIPELINE_BYTES),
        options.get(MERGE_BYTES),
        options.get(MAX_QUEUED_SLICES),
        options.get(SLICE_BYTES),
        options.get(PROTOCOL_VERSION),
        options.get(CONFIRM_V1_WRITES),
        options.get(STATUS_TIMEOUT).toNanos(),
        options.get(STALL_TIMEOUT).toNanos(),
        options.get(CONNECT_TIMEOUT).toNanos(),
        options.get(COOL_DOWN).toNanos(),
        options.get(IDLE_TIMEOUT).toNanos(),
        options.get(MAX_SERVER_CONNECTIONS),
        options.get(BACKLOG),
        Math.toIntExact(options.get(SEND_BUFFER_BYTES)),
        Math.toIntExact(options.get(RECEIVE_BUFFER_BYTES)),
        options.get(NetworkOptions.BUSY_POLL).toNanos(),
        options.get(NetworkOptions.IPV6));
  }
}
