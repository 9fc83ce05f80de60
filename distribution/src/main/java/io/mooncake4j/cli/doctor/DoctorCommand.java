package io.mooncake4j.cli.doctor;

import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mooncake doctor}: says what is installed and configured, and whether it would start. */
@Command(
    name = "doctor",
    description = {
      "Examine this installation: plugins, every option with its value and source, this host, and"
          + " what an engine would choose.",
      "With -DUSE_ETCD=ON and other CMake options of C++ Mooncake: what stands for each of them"
          + " here, and whether it can be had.",
      "Exits with 1 when an engine could not start with this configuration; the lines with ERROR"
          + " say why."
    })
public final class DoctorCommand implements Callable<Integer> {
  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Option(
      names = "--probe-metadata",
      description =
          "Ask the metadata store for one record, within mooncake.metadata.timeout. Without this"
              + " nobody is contacted.")
  private boolean probeMetadata;

  /**
   * Makes the command.
   *
   * @param arguments what the user asks an engine to be
   */
  public DoctorCommand(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() {
    DoctorReport report =
        new Examination(arguments, ProcessEnvironment.current(), probeMetadata).run();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(DoctorJson.of(report));
    } else {
      new DoctorText(out).write(report);
    }
    return report.canStart() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
