package io.mooncake4j.cli.setup;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Shows errors as one line, {@code mooncake: CODE: message}, with the stack trace behind it only
 * when the user asks for it.
 */
public final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final EngineArguments arguments;

  /**
   * Makes a report.
   *
   * @param arguments tell whether stack traces are wanted
   */
  public ErrorReport(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public int handleParseException(ParameterException e, String[] words) {
    CommandLine command = e.getCommandLine();
    String help = "see \"" + command.getCommandSpec().qualifiedName() + " --help\"";
    print(command.getErr(), ErrorCode.INVALID_ARGUMENT, e.getMessage() + "; " + help, e);
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    return show(e, command.getErr());
  }

  /**
   * Shows an error.
   *
   * @param error what was thrown
   * @param err where to
   * @return the exit code: 2 when an option was wrong, else 1
   */
  public int show(Throwable error, PrintWriter err) {
    if (error instanceof MooncakeException known) {
      print(err, known.code(), known.getMessage(), known);
      return known.code() == ErrorCode.OPTION
          ? CommandLine.ExitCode.USAGE
          : CommandLine.ExitCode.SOFTWARE;
    }
    if (error instanceof OutOfMemoryError) {
      print(err, ErrorCode.MEMORY, error.getMessage() + "; give the JVM more memory", error);
    } else {
      String hint = arguments.verbose() ? "" : "; please report it with what --verbose shows";
      print(err, ErrorCode.INTERNAL, error + hint, error);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private void print(PrintWriter err, ErrorCode code, String message, Throwable error) {
    err.println(
        "mooncake: " + code + ": " + String.valueOf(message).replaceAll("\\s*\\R\\s*", " "));
    if (arguments.verbose()) {
      error.printStackTrace(err);
    }
    err.flush();
  }
}
