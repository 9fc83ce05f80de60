package io.mooncake4j.cli.bench;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.cli.metrics.MetricsArguments;
import io.mooncake4j.cli.setup.EngineArguments;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags that C++ Mooncake's transfer_engine_bench and transfer_engine_validator share. */
final class BenchFlags {
  private static final String RDMA = "rdma";

  /** Flags that say nothing to a target. */
  private static final List<String> INITIATOR_ONLY =
      List.of("--segment_id", "--remote_server_name", "--duration");

  /** More requests at a time than any of today's transports can tell apart. */
  private static final long MOST_REQUESTS = 1 << 22;

  /** More threads only wait for each other. */
  private static final int MOST_THREADS = 4096;

  /** The two sides. */
  enum Mode {
    INITIATOR,
    TARGET
  }

  private final Flavor flavor;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--mode",
      paramLabel = "SIDE",
      defaultValue = "initiator",
      description = "initiator or target (default: ${DEFAULT-VALUE}).")
  private Mode mode;

  @Option(
      names = "--local_server_name",
      paramLabel = "HOST",
      description =
          "This engine's name; with P2PHANDSHAKE the host or address that peers are told, in a"
              + " metadata store the name of its segment (default: chosen from the host's"
              + " addresses; the host's name as transfer_engine_bench).")
  private String localServerName;

  @Option(
      names = "--metadata_server",
      paramLabel = "STRING",
      description =
          "Where segments are looked up: P2PHANDSHAKE, or what an installed plugin serves, such as"
              + " http://host:8080/metadata (default: mooncake.metadata of the configuration;"
              + " 192.168.3.77:2379 as transfer_engine_bench).")
  private String metadataServer;

  @Option(
      names = "--segment_id",
      paramLabel = "NAME",
      description =
          "The target's segment name; with P2PHANDSHAKE host:port as the target prints it"
              + " (no default; 192.168.3.76 as transfer_engine_bench).")
  private String segmentId;

  @Option(
      names = "--remote_server_name",
      paramLabel = "NAME",
      description = "Another spelling of --segment_id.")
  private String remoteServerName;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description =
          "Use this transport alone, such as tcp (default: any that is installed; rdma, or tcp"
              + " where there is no rdma, as transfer_engine_bench).")
  private String protocol;

  @Option(
      names = "--auto_discovery",
      paramLabel = "BOOL",
      arity = "1",
      defaultValue = "false",
      description =
          "Use every transport that is installed, whatever --protocol says"
              + " (default: ${DEFAULT-VALUE}).")
  private boolean autoDiscovery;

  @Option(
      names = "--buffer_size",
      paramLabel = "BYTES",
      defaultValue = "1073741824",
      converter = FlagNumbers.Bytes.class,
      description =
          "Size of a buffer, one for each NUMA node; raised to block_size * batch_size * threads"
              + " (default: ${DEFAULT-VALUE}).")
  private long bufferSize;

  @Option(
      names = "--batch_size",
      paramLabel = "COUNT",
      defaultValue = "128",
      converter = FlagNumbers.Count.class,
      description = "Requests of a batch (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--block_size",
      paramLabel = "BYTES",
      defaultValue = "65536",
      converter = FlagNumbers.Bytes.class,
      description = "Bytes of a request (default: ${DEFAULT-VALUE}).")
  private long blockSize;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      defaultValue = "10",
      converter = FlagNumbers.Count.class,
      description = "How long to work (default: ${DEFAULT-VALUE}).")
  private int duration;

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      defaultValue = "12",
      converter = FlagNumbers.Count.class,
      description = "Threads that submit (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private ReportFlags report;

  @Mixin private DeviceFlags devices = new DeviceFlags();

  @Mixin private MetricsArguments metrics = new MetricsArguments();

  @SuppressWarnings("UnusedVariable") // picocli mounts its flags.
  @Mixin
  private GlogFlags glog = new GlogFlags();

  /**
   * Makes flags with nothing set.
   *
   * @param flavor decides what is told apart and what is taken as C++ takes it
   */
  BenchFlags(Flavor flavor) {
    this.flavor = flavor;
    this.report = new ReportFlags(flavor);
  }

  /**
   * Checks everything that can be checked without an engine.
   *
   * @param initiatorOnly flags of the program that say nothing to a target
   * @param arguments hold what {@code -D} sets, with which flags must agree
   */
  void validate(List<String> initiatorOnly, EngineArguments arguments) {
    atLeast(1, "--buffer_size", bufferSize);
    atLeast(1, "--batch_size", batchSize);
    atLeast(1, "--block_size", blockSize);
    atLeast(1, "--duration", duration);
    atLeast(1, "--threads", threads);
    if (threads > MOST_THREADS) {
      throw refuse("--threads=" + threads + " is more than " + MOST_THREADS);
    }
    if ((long) threads * batchSize > MOST_REQUESTS) {
      throw refuse("threads * batch_size is more than " + MOST_REQUESTS + " requests");
    }
    report.validate();
    devices.validate();
    PropertyFlags.refuseContradictions(spec.commandLine(), arguments);
    leaveToDefinitions(arguments);
    if (mode == Mode.INITIATOR) {
      segment();
    } else if (flavor == Flavor.MOONCAKE) {
      refuseAny(INITIATOR_ONLY);
      refuseAny(ReportFlags.NAMES);
      if (report.format() == ReportFlags.Format.JSON) {
        throw refuse("--report_format=json contradicts --mode=target; it is the initiator's");
      }
      refuseAny(initiatorOnly);
    }
  }

  /** What the user sets by -D counts more than the default of a flag. */
  private void leaveToDefinitions(EngineArguments arguments) {
    metadataServer = PropertyFlags.effective(PropertyFlags.METADATA, metadataServer, arguments);
    localServerName = PropertyFlags.effective(PropertyFlags.NAME, localServerName, arguments);
    protocol = PropertyFlags.effective(PropertyFlags.TRANSPORT, protocol, arguments);
    devices.leaveToDefinitions(arguments);
  }

  private void refuseAny(List<String> initiatorOnly) {
    for (String flag : initiatorOnly) {
      if (given(flag)) {
        throw refuse(flag + " contradicts --mode=target; it is the initiator's");
      }
    }
  }

  private void atLeast(long least, String flag, long value) {
    if (value < least) {
      throw refuse(flag + "=" + value + " is less than " + least);
    }
  }

  /** Says whether the user gave a flag, on the command line or in a file of flags. */
  private boolean given(String flag) {
    return spec.commandLine().getParseResult().hasMatchedOption(flag);
  }

  private ParameterException refuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Returns the side. */
  Mode mode() {
    return mode;
  }

  /** Returns the engine's name, or null. */
  String localServerName() {
    return localServerName;
  }

  /** Returns where segments are looked up, or null for what the configuration says. */
  String metadataServer() {
    return metadataServer;
  }

  /** Returns the one transport to use, or null for any. */
  String protocol() {
    return autoDiscovery ? null : protocol;
  }

  /** Says whether C++'s habit holds to use TCP where there is no RDMA. */
  boolean mayFallBack() {
    return flavor == Flavor.CLASSIC && RDMA.equals(protocol());
  }

  /**
   * Tells an engine about the devices that the user has named.
   *
   * @param builder of the engine
   * @param transport the one transport that it uses, or null for any
   */
  void applyDevices(EngineBuilder builder, String transport) {
    // As in C++, discovery finds devices of its own, and no other protocol looks at them.
    boolean rdma = !autoDiscovery && (transport == null || transport.equals(RDMA));
    devices.apply(builder, rdma);
  }

  /** Returns whether and where to show metrics. */
  MetricsArguments metrics() {
    return metrics;
  }

  /** Returns how to report. */
  ReportFlags report() {
    return report;
  }

  /**
   * Returns how large the buffers are to be.
   *
   * @return bytes, not raised yet
   */
  long bufferSize() {
    return bufferSize;
  }

  /** Returns the target's segment name, in whichever spelling it was given. */
  String segment() {
    boolean other = remoteServerName != null;
    if (other && given("--segment_id") && !remoteServerName.equals(segmentId)) {
      throw refuse(
          "--segment_id="
              + segmentId
              + " contradicts --remote_server_name="
              + remoteServerName
              + "; they are two spellings of one flag");
    }
    String name = other ? remoteServerName : segmentId;
    if (name == null || name.isEmpty()) {
      throw refuse("Missing --segment_id: the name that the target printed");
    }
    return name;
  }

  /**
   * Returns what is to be done.
   *
   * @param operation the direction
   * @return the plan
   */
  BenchPlan plan(OpCode operation) {
    try {
      return new BenchPlan(operation, blockSize, batchSize, threads, Duration.ofSeconds(duration));
    } catch (ArithmeticException e) {
      throw refuse("block_size * batch_size * threads is more than 2^63 bytes; give smaller ones");
    }
  }
}
