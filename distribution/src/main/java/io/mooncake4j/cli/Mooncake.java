package io.mooncake4j.cli;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.cli.bench.BenchPrograms;
import io.mooncake4j.cli.bench.GflagsWords;
import io.mooncake4j.cli.demo.DemoCommand;
import io.mooncake4j.cli.demo.DemoTargetCommand;
import io.mooncake4j.cli.doctor.DoctorCommand;
import io.mooncake4j.cli.metadata.MetadataCommand;
import io.mooncake4j.cli.server.LogLevel;
import io.mooncake4j.cli.server.MetadataServerCommand;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.cli.setup.ErrorReport;
import io.mooncake4j.cli.setup.Installation;
import io.mooncake4j.cli.topology.TopologyCommand;
import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code mooncake} command line. */
@Command(
    name = "mooncake",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Mooncake.Version.class,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success",
      "1:failure; standard error says why, as \"mooncake: CODE: message\"",
      "2:wrong usage: an unknown or contradicting parameter, or a value that is not valid"
    })
public final class Mooncake implements Runnable {
  @Spec private CommandSpec spec;

  private Mooncake() {}

  /** Tells the version of the build and of the Java that runs it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"mooncake4j " + Installation.version(), "Java " + Runtime.version()};
    }
  }

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param words the command line
   */
  public static void main(String[] words) {
    String asked = LogLevel.askedFor(List.of(words));
    String level = asked == null && List.of(words).contains("--verbose") ? "INFO" : asked;
    if (level != null) {
      // For conf/logback.xml, which is read when the first logger is made.
      System.setProperty("io.mooncake4j.cli.log-level", level);
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exit = run(Installation.find(ProcessEnvironment.current()), List.of(words), out, err);
    if (out.checkError()) {
      err.println(
          "mooncake: "
              + ErrorCode.LIMIT_EXCEEDED
              + ": standard output takes no more (a full disk, or a pipe whose reader has gone)");
      exit = CommandLine.ExitCode.SOFTWARE;
    }
    System.exit(exit);
  }

  /**
   * Runs a command.
   *
   * @param installation where the program is installed
   * @param words the command line
   * @param out for results
   * @param err for errors and progress
   * @return the exit code
   */
  static int run(Installation installation, List<String> words, PrintWriter out, PrintWriter err) {
    EngineArguments arguments = new EngineArguments(installation);
    ErrorReport report = new ErrorReport(arguments);
    CommandLine line = new CommandLine(new Mooncake());
    line.addMixin("engine", arguments);
    line.addSubcommand(new DemoCommand(arguments));
    line.addSubcommand(new DemoTargetCommand(arguments));
    BenchPrograms.addTo(line, arguments);
    line.addSubcommand(MetadataCommand.of(arguments));
    line.addSubcommand(new PluginsCommand(arguments));
    line.addSubcommand(new ProbeCommand(arguments));
    line.addSubcommand(new MetadataServerCommand(arguments));
    line.addSubcommand(new DoctorCommand(arguments));
    line.addSubcommand(new TopologyCommand(arguments));
    try (ProviderCommands providers =
        ProviderCommands.neededBy(words, line.getSubcommands().keySet(), installation)) {
      List<String> marked = providers.mount(line, words);
      line.setOut(out).setErr(err);
      line.setCaseInsensitiveEnumValuesAllowed(true);
      line.setExecutionExceptionHandler(report).setParameterExceptionHandler(report);
      return line.execute(
          GflagsWords.normalize(marked, line, ProcessEnvironment.current().variables())
              .toArray(String[]::new));
    } catch (ParameterException e) {
      return report.handleParseException(e, words.toArray(String[]::new));
    } catch (RuntimeException | Error e) {
      return report.show(e, err);
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
