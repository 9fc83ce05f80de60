package io.mooncake4j.cli.bench;

import io.mooncake4j.cli.setup.EngineArguments;
import java.util.Set;
import picocli.CommandLine;

/**
 * The programs of this package: {@code bench} and {@code validate}, and the same two under the
 * names and with the habits of C++ Mooncake's, which the launchers in {@code bin/} run.
 */
public final class BenchPrograms {
  /** The words that take flags as gflags does. */
  static final Set<String> NAMES =
      Set.of("bench", "validate", "transfer_engine_bench", "transfer_engine_validator");

  private BenchPrograms() {}

  /**
   * Adds the programs to a command line.
   *
   * @param root the root
   * @param arguments say what an engine is to be
   */
  public static void addTo(CommandLine root, EngineArguments arguments) {
    add(root, "bench", new BenchCommand(arguments, Flavor.MOONCAKE), Flavor.MOONCAKE);
    add(root, "validate", new ValidateCommand(arguments, Flavor.MOONCAKE), Flavor.MOONCAKE);
    Flavor classic = Flavor.CLASSIC;
    add(root, "transfer_engine_bench", new BenchCommand(arguments, classic), classic);
    add(root, "transfer_engine_validator", new ValidateCommand(arguments, classic), classic);
  }

  private static void add(CommandLine root, String name, Object command, Flavor flavor) {
    CommandLine line = new CommandLine(command).setCommandName(name);
    line.setDefaultValueProvider(flavor);
    line.setOverwrittenOptionsAllowed(true); // As gflags: the last one counts.
    line.getCommandSpec().usageMessage().hidden(flavor == Flavor.CLASSIC);
    root.addSubcommand(name, line);
  }
}
