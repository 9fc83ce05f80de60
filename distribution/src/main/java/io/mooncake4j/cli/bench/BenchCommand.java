package io.mooncake4j.cli.bench;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.metrics.MetricsArguments;
import io.mooncake4j.cli.metrics.MetricsEndpoint;
import io.mooncake4j.cli.setup.ByteCount;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.ffi.Numa;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooncake bench}: measures transfers between two processes, each Java or C++. */
@Command(
    name = "bench",
    description = {
      "Measure transfers between a target and an initiator.",
      "",
      "Takes the flags of C++ Mooncake's transfer_engine_bench that TCP and peer-to-peer metadata"
          + " need, with one dash or two, and works with it on the other side.",
      "",
      "Start the target first; give the address that it prints to the initiator as --segment_id.",
      ""
    },
    sortOptions = false)
public final class BenchCommand implements Callable<Integer> {
  /** Flags that say nothing to a target. */
  private static final List<String> INITIATOR_ONLY =
      List.of(
          "--segment_id",
          "--operation",
          "--duration",
          "--report_unit",
          "--report_precision",
          "--json");

  /** The two sides. */
  enum Mode {
    INITIATOR,
    TARGET
  }

  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Mixin private MetricsArguments metrics;

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
          "This engine's name; in peer-to-peer mode the host or address that peers are told"
              + " (default: chosen from the host's addresses).")
  private String localServerName;

  @Option(
      names = "--metadata_server",
      paramLabel = "STRING",
      defaultValue = TransferEngine.P2P,
      description =
          "Where segments are looked up (default: ${DEFAULT-VALUE}, the only one in this release;"
              + " C++ has no useful default).")
  private String metadataServer;

  @Option(
      names = {"--segment_id", "--remote_server_name"},
      paramLabel = "NAME",
      description = "The target's segment name; host:port as the target prints it.")
  private String segment;

  @Option(
      names = "--operation",
      paramLabel = "DIRECTION",
      defaultValue = "read",
      description = "read or write, seen from the initiator (default: ${DEFAULT-VALUE}).")
  private OpCode operation;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description =
          "Use this transport alone, such as tcp (default: any that is installed; C++: rdma).")
  private String protocol;

  @Option(
      names = "--buffer_size",
      paramLabel = "BYTES",
      defaultValue = "1073741824",
      converter = ByteCount.class,
      description =
          "Size of a buffer, one for each NUMA node; raised to block_size * batch_size * threads"
              + " (default: ${DEFAULT-VALUE}).")
  private long bufferSize;

  @Option(
      names = "--batch_size",
      paramLabel = "COUNT",
      defaultValue = "128",
      description = "Requests of a batch (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--block_size",
      paramLabel = "BYTES",
      defaultValue = "65536",
      converter = ByteCount.class,
      description = "Bytes of a request (default: ${DEFAULT-VALUE}).")
  private long blockSize;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long to measure (default: ${DEFAULT-VALUE}).")
  private int duration;

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      defaultValue = "12",
      description = "Threads that submit (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--report_unit",
      paramLabel = "UNIT",
      defaultValue = "GB",
      converter = ReportUnit.Converter.class,
      description =
          "GB, GiB, Gb, MB, MiB, Mb, KB, KiB or Kb per second (default: ${DEFAULT-VALUE}).")
  private ReportUnit reportUnit;

  @Option(
      names = "--report_precision",
      paramLabel = "DIGITS",
      defaultValue = "2",
      description = "Digits behind the point (default: ${DEFAULT-VALUE}).")
  private int reportPrecision;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /**
   * Makes the command.
   *
   * @param arguments say what the engine is to be
   */
  public BenchCommand(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  @SuppressWarnings("try") // The endpoint works by itself.
  public Integer call() {
    validate();
    BenchPlan plan = plan();
    if (plan.reach() > bufferSize) {
      spec.commandLine().getErr().println("buffer_size is raised to " + plan.reach());
    }
    try (TransferEngine engine = engine();
        MetricsEndpoint endpoint = metrics.serve(engine)) {
      List<MemoryRegion> buffers = allocate(engine, Math.max(bufferSize, plan.reach()));
      return mode == Mode.TARGET ? serve(engine) : initiate(engine, buffers, plan);
    }
  }

  private BenchPlan plan() {
    try {
      return new BenchPlan(operation, blockSize, batchSize, threads, Duration.ofSeconds(duration));
    } catch (ArithmeticException e) {
      throw refuse("block_size * batch_size * threads is more than 2^63 bytes; give smaller ones");
    }
  }

  private void validate() {
    atLeast(1, "--buffer_size", bufferSize);
    atLeast(1, "--batch_size", batchSize);
    atLeast(1, "--block_size", blockSize);
    atLeast(1, "--duration", duration);
    atLeast(1, "--threads", threads);
    if (reportPrecision < 0 || reportPrecision > 9) {
      throw refuse("--report_precision=" + reportPrecision + " is not in 0 to 9");
    }
    if (mode == Mode.TARGET) {
      for (String flag : INITIATOR_ONLY) {
        if (spec.commandLine().getParseResult().hasMatchedOption(flag)) {
          throw refuse(flag + " contradicts --mode=target; it is the initiator's");
        }
      }
    } else if (segment == null) {
      throw refuse("Missing --segment_id: the name that the target printed");
    }
  }

  private void atLeast(long least, String flag, long value) {
    if (value < least) {
      throw refuse(flag + "=" + value + " is less than " + least);
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private TransferEngine engine() {
    EngineBuilder builder = arguments.builder().metadata(metadataServer);
    if (localServerName != null) {
      builder.name(localServerName);
    }
    if (protocol != null) {
      builder.option("mooncake.transports", protocol);
    }
    return builder.build();
  }

  private static List<MemoryRegion> allocate(TransferEngine engine, long length) {
    List<MemoryRegion> regions = new ArrayList<>();
    for (int node : Numa.availableNodes()) {
      regions.add(engine.allocate(Allocation.of(length).at(Location.cpu(node))));
    }
    if (regions.isEmpty()) {
      regions.add(engine.allocate(length));
    }
    return regions;
  }

  private Integer initiate(TransferEngine engine, List<MemoryRegion> buffers, BenchPlan plan) {
    BenchReport report = new BenchInitiator(engine, buffers, plan).run(segment);
    spec.commandLine()
        .getOut()
        .println(json ? report.json() : report.text(reportUnit, reportPrecision));
    return CommandLine.ExitCode.OK;
  }

  /** Serves until the process is told to end, and withdraws the engine then. */
  private Integer serve(TransferEngine engine) {
    CountDownLatch end = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              engine.close();
              end.countDown();
            },
            "bench-target-close");
    Runtime.getRuntime().addShutdownHook(hook);
    // The words of C++ Mooncake's engine, so that one script can wait for either.
    spec.commandLine()
        .getOut()
        .println("Transfer Engine RPC using P2P handshake, listening on " + engine.name());
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return CommandLine.ExitCode.OK;
  }
}
