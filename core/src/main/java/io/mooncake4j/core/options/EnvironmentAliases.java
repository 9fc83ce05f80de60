package io.mooncake4j.core.options;

import io.mooncake4j.config.EnvironmentAlias;
import io.mooncake4j.config.Option;
import io.mooncake4j.spi.NetworkOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the environment variables of C++ Mooncake as C++ does: the first alias that is present
 * counts, and what cannot count is ignored with a warning.
 *
 * <p>Source: Mooncake transfer engine, environment variables.
 */
final class EnvironmentAliases {
  /** What an alias says, in the words of the option's type. */
  record AliasValue(String text, String variable) {}

  private static final Set<String> FALSE_WORDS = Set.of("0", "false", "no");
  private static final Set<String> TRUE_WORDS = Set.of("1", "true", "yes", "on");

  private static final int LOWEST_PORT = 1024;
  private static final int HIGHEST_PORT = 65535;
  private static final int FIRST_EPHEMERAL_PORT = 32768;
  private static final int LAST_EPHEMERAL_PORT = 60999;

  private final ProcessEnvironment environment;
  private final List<String> warnings = new ArrayList<>();
  private final boolean portsCount;

  EnvironmentAliases(ProcessEnvironment environment) {
    this.environment = environment;
    this.portsCount = checkPorts();
  }

  /** What was ignored so far. */
  List<String> warnings() {
    return warnings;
  }

  Optional<AliasValue> read(Option<?> option) {
    if (isPort(option) && !portsCount) {
      return Optional.empty();
    }
    Optional<EnvironmentAlias> present = present(option);
    if (present.isEmpty()) {
      return Optional.empty();
    }
    EnvironmentAlias alias = present.get();
    String raw = environment.variables().get(alias.variable());
    String text = text(alias, raw);
    try {
      option.parse(text);
    } catch (IllegalArgumentException e) {
      warnings.add(
          alias.variable()
              + "="
              + (option.secret() ? OptionValue.MASK : raw)
              + " is ignored: valid is "
              + option.validValues());
      return Optional.empty();
    }
    return Optional.of(new AliasValue(text, alias.variable()));
  }

  private Optional<EnvironmentAlias> present(Option<?> option) {
    return option.aliases().stream()
        .filter(alias -> environment.variables().containsKey(alias.variable()))
        .findFirst();
  }

  private static String text(EnvironmentAlias alias, String raw) {
    return switch (alias.rule()) {
      case PRESENCE -> "true";
      case NOT_FALSE -> String.valueOf(!FALSE_WORDS.contains(raw));
      case TRUE_WORDS -> String.valueOf(TRUE_WORDS.contains(raw.toLowerCase(Locale.ROOT)));
      case NUMBER -> Math.max(atoi(raw), alias.minimum().orElse(Long.MIN_VALUE)) + alias.unit();
      case TEXT -> raw;
    };
  }

  /**
   * Reads a number as C's {@code atoi} does: leading white space, a sign, digits; the rest does not
   * count, and no digits are 0. What exceeds 64 bits stays at their limit.
   */
  static long atoi(String text) {
    int index = 0;
    while (index < text.length() && isSpace(text.charAt(index))) {
      index++;
    }
    boolean negative = index < text.length() && text.charAt(index) == '-';
    if (index < text.length() && (negative || text.charAt(index) == '+')) {
      index++;
    }
    long value = 0;
    for (; index < text.length() && isDigit(text.charAt(index)); index++) {
      int digit = text.charAt(index) - '0';
      if (value < (Long.MIN_VALUE + digit) / 10) {
        return negative ? Long.MIN_VALUE : Long.MAX_VALUE;
      }
      // Counted downwards, because the negative range is longer by one.
      value = value * 10 - digit;
    }
    if (negative) {
      return value;
    }
    return value == Long.MIN_VALUE ? Long.MAX_VALUE : -value;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPort(Option<?> option) {
    return option.key().equals(NetworkOptions.MIN_PORT.key())
        || option.key().equals(NetworkOptions.MAX_PORT.key());
  }

  /** Lowest and highest port count together or not at all. */
  private boolean checkPorts() {
    if (present(NetworkOptions.MIN_PORT).isEmpty() && present(NetworkOptions.MAX_PORT).isEmpty()) {
      return true;
    }
    long lowest = port(NetworkOptions.MIN_PORT);
    long highest = port(NetworkOptions.MAX_PORT);
    if (isUsable(lowest) && isUsable(highest) && lowest <= highest) {
      return true;
    }
    warnings.add(
        "ports "
            + lowest
            + " to "
            + highest
            + " from MC_MIN_RPC_PORT and MC_MAX_RPC_PORT are ignored: valid are "
            + LOWEST_PORT
            + " to "
            + HIGHEST_PORT
            + " without "
            + FIRST_EPHEMERAL_PORT
            + " to "
            + LAST_EPHEMERAL_PORT
            + ", the lowest first");
    return false;
  }

  private long port(Option<Integer> option) {
    return present(option)
        .map(alias -> atoi(environment.variables().get(alias.variable())))
        .orElse((long) option.defaultValue());
  }

  private static boolean isUsable(long port) {
    return port >= LOWEST_PORT
        && port <= HIGHEST_PORT
        && (port < FIRST_EPHEMERAL_PORT || port > LAST_EPHEMERAL_PORT);
  }
}
