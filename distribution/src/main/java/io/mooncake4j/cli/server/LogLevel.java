package io.mooncake4j.cli.server;

import java.util.List;
import java.util.Locale;

/** The log levels of C++ Mooncake's package, and what they are here. */
public enum LogLevel {
  /** All there is. */
  DEBUG("DEBUG"),
  /** Every change of state. */
  INFO("INFO"),
  /** What somebody should look at. */
  WARNING("WARN"),
  /** What went wrong. */
  ERROR("ERROR"),
  /** The same: there is nothing above it here. */
  CRITICAL("ERROR");

  private static final String FLAG = "--log-level";

  private final String own;

  LogLevel(String own) {
    this.own = own;
  }

  /**
   * Finds out which level a command line asks for. It is needed before the line is parsed: the
   * first logger made reads it.
   *
   * @param words the command line
   * @return our own name of the level, or null when it asks for none
   */
  public static String askedFor(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith(FLAG + "=")) {
        return ownName(word.substring(FLAG.length() + 1));
      }
      if (word.equals(FLAG) && i + 1 < words.size()) {
        return ownName(words.get(i + 1));
      }
    }
    return words.contains(MetadataServerCommand.PACKAGE_DEFAULTS) ? INFO.own : null;
  }

  private static String ownName(String text) {
    for (LogLevel each : values()) {
      if (each.name().equals(text.toUpperCase(Locale.ROOT))) {
        return each.own;
      }
    }
    return null;
  }
}
