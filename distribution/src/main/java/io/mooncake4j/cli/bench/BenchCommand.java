package io.mooncake4j.cli.bench;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.cli.bench.Console.Origin;
import io.mooncake4j.cli.setup.EngineArguments;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
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
      "Takes the flags of C++ Mooncake's transfer_engine_bench, and works with it on the other"
          + " side: one dash or two, --flag=value or --flag value, --noflag, --flagfile=FILE.",
      "",
      "Start the target first; give the address that it prints to the initiator as --segment_id.",
      ""
    },
    sortOptions = false)
final class BenchCommand implements Callable<Integer> {
  private static final List<String> INITIATOR_ONLY = List.of("--operation", "--verify");

  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Mixin private BenchFlags flags;

  @Option(
      names = "--operation",
      paramLabel = "DIRECTION",
      defaultValue = "read",
      description = "read or write, seen from the initiator (default: ${DEFAULT-VALUE}).")
  private OpCode operation;

  @Option(
      names = "--verify",
      paramLabel = "BOOL",
      arity = "1",
      defaultValue = "false",
      description =
          "After the timed part write a pattern to every block, read it back into other memory and"
              + " compare every byte; overwrites the target's buffers (not in C++).")
  private boolean verify;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "classic",
      description = "classic; tent is C++'s other engine, which this is not.")
  private String backend;

  @Option(
      names = "--init_mem",
      paramLabel = "BOOL",
      arity = "1",
      defaultValue = "true",
      description =
          "Fill GPU memory at the start: without effect on host memory"
              + " (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("UnusedVariable") // Taken from scripts that were written for GPUs.
  private boolean initMemory;

  /**
   * Makes the command.
   *
   * @param arguments say what the engine is to be
   * @param flavor whose habits it has
   */
  BenchCommand(EngineArguments arguments, Flavor flavor) {
    this.arguments = arguments;
    this.flags = new BenchFlags(flavor);
  }

  @Override
  public Integer call() {
    if (!backend.toLowerCase(Locale.ROOT).equals("classic")) {
      throw new ParameterException(
          spec.commandLine(),
          "--backend=" + backend + " is not in this program; it has classic alone");
    }
    flags.validate(INITIATOR_ONLY, arguments);
    BenchPlan plan = flags.plan(operation);
    Console console =
        new Console(
            spec.commandLine().getOut(), spec.commandLine().getErr(), flags.report().logsAsGlog());
    try (BenchNode node = BenchNode.start(arguments, flags, plan, console)) {
      if (flags.mode() == BenchFlags.Mode.TARGET) {
        node.serve(console);
      } else {
        InitiatorRun run = new InitiatorRun(flags, console, "bench", Origin.BENCH_END);
        run.run(node, plan, TransferWorker::new, verify ? BenchCommand::verify : null, "");
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static long verify(BenchInitiator initiator) {
    return new BenchVerifier(initiator.slots(), new SplittableRandom().nextLong()).run();
  }
}
