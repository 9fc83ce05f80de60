package io.mooncake4j.cli.metadata;

import io.mooncake4j.cli.setup.EngineArguments;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooncake metadata}: the commands that look at a metadata store. */
@Command(
    name = "metadata",
    description = {
      "Look at the records that engines have left in a metadata store, and remove those of dead ones."
    })
public final class MetadataCommand implements Runnable {
  @Spec private CommandSpec spec;

  private MetadataCommand() {}

  /**
   * Makes the command with those below it.
   *
   * @param arguments say which store it is, unless the user names it
   * @return the command
   */
  public static CommandLine of(EngineArguments arguments) {
    return new CommandLine(new MetadataCommand())
        .addSubcommand(new ListCommand(new StoreChoice(arguments)))
        .addSubcommand(new ShowCommand(new StoreChoice(arguments)))
        .addSubcommand(new PruneCommand(new StoreChoice(arguments)));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
