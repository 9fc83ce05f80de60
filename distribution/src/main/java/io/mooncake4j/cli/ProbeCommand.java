package io.mooncake4j.cli;

import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.setup.EngineArguments;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mooncake probe}: asks whether a peer answers. */
@Command(
    name = "probe",
    description = {
      "Ask whether a peer answers, Java or C++.",
      "Prints \"NAME alive\" and exits with 0, or \"NAME unreachable\" and exits with 1."
    })
final class ProbeCommand implements Callable<Integer> {
  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "The peer's segment name; host:port in peer-to-peer mode.")
  private String peer;

  ProbeCommand(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() {
    try (TransferEngine engine = arguments.loopbackBuilder().build()) {
      Liveness liveness = engine.probe(peer);
      spec.commandLine().getOut().println(peer + " " + liveness.name().toLowerCase(Locale.ROOT));
      return liveness == Liveness.ALIVE ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
  }
}
