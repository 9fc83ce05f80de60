package io.mooncake4j.spi;

import java.io.PrintWriter;
import java.util.List;

/** A command that a provider adds to the command line as {@code mooncake <provider> <command>}. */
public interface Command {
  /**
   * Returns the command's word.
   *
   * @return lower case letters, digits and dashes
   */
  String name();

  /**
   * Returns how to use it.
   *
   * @return a line of arguments, then a blank line and an explanation
   */
  String usage();

  /**
   * Runs it.
   *
   * @param arguments what follows the command's word
   * @param out for results
   * @param err for errors
   * @return the exit code: 0 for success, 2 for wrong arguments, 1 for other failures
   */
  int run(List<String> arguments, PrintWriter out, PrintWriter err);
}
