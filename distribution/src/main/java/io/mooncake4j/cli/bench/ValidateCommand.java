package io.mooncake4j.cli.bench;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.cli.bench.Console.Origin;
import io.mooncake4j.cli.setup.EngineArguments;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mooncake validate}: checks that bytes arrive unharmed, for as long as one likes. */
@Command(
    name = "validate",
    description = {
      "Check that bytes which are written to a target can be read back unharmed.",
      "",
      "Takes the flags of C++ Mooncake's transfer_engine_validator, and works with its target and"
          + " that of transfer_engine_bench. Exits with 1 when a byte is wrong.",
      "",
      "Start the target first; give the address that it prints to the initiator as --segment_id.",
      ""
    },
    sortOptions = false)
final class ValidateCommand implements Callable<Integer> {
  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Mixin private BenchFlags flags;

  /**
   * Makes the command.
   *
   * @param arguments say what the engine is to be
   * @param flavor whose habits it has
   */
  ValidateCommand(EngineArguments arguments, Flavor flavor) {
    this.arguments = arguments;
    this.flags = new BenchFlags(flavor);
  }

  @Override
  public Integer call() {
    flags.validate(List.of(), arguments);
    BenchPlan plan = flags.plan(OpCode.WRITE);
    Console console =
        new Console(
            spec.commandLine().getOut(), spec.commandLine().getErr(), flags.report().logsAsGlog());
    try (BenchNode node = BenchNode.start(arguments, flags, plan, console)) {
      if (flags.mode() == BenchFlags.Mode.TARGET) {
        node.serve(console);
      } else {
        long seed = new SplittableRandom().nextLong();
        new InitiatorRun(flags, console, "validate", Origin.VALIDATOR)
            .run(
                node,
                plan,
                (slot, stop) -> new ValidateWorker(slot, stop, seed),
                null,
                " Data validation passed");
      }
    }
    return CommandLine.ExitCode.OK;
  }
}
