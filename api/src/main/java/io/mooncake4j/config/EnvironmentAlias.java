package io.mooncake4j.config;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * An environment variable of C++ Mooncake that sets an option, read by C++'s own rule.
 *
 * @param variable the variable's name, such as {@code MC_SLICE_SIZE}
 * @param rule how its text counts
 * @param unit for {@link Rule#NUMBER}: appended to the number before the option's type reads it,
 *     such as {@code s}; else empty
 * @param minimum for {@link Rule#NUMBER}: what smaller numbers count as, where C++ raises them
 *     instead of refusing them; else empty
 */
public record EnvironmentAlias(String variable, Rule rule, String unit, OptionalLong minimum) {
  /** How the text of a variable counts. */
  public enum Rule {
    /** Set to anything, even nothing or 0, means true. */
    PRESENCE,
    /** Anything but {@code 0}, {@code false} and {@code no} means true; even nothing does. */
    NOT_FALSE,
    /** {@code 1}, {@code true}, {@code yes} and {@code on}, in any case, mean true. */
    TRUE_WORDS,
    /** A decimal number; what is out of the option's range is ignored with a warning. */
    NUMBER,
    /** Text; what the option's type refuses is ignored with a warning. */
    TEXT
  }

  /** Checks that nothing is null, and that only numbers have a minimum. */
  public EnvironmentAlias {
    Objects.requireNonNull(variable, "variable");
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(minimum, "minimum");
    if (minimum.isPresent() && rule != Rule.NUMBER) {
      throw new IllegalArgumentException(
          "variable " + variable + " has a minimum, but its rule is " + rule + ", not NUMBER");
    }
  }

  /**
   * Makes an alias without a minimum.
   *
   * @param variable the variable's name
   * @param rule how its text counts
   * @param unit appended to a number, or empty
   */
  public EnvironmentAlias(String variable, Rule rule, String unit) {
    this(variable, rule, unit, OptionalLong.empty());
  }

  /**
   * Makes an alias without a unit.
   *
   * @param variable the variable's name
   * @param rule how its text counts
   * @return the alias
   */
  public static EnvironmentAlias of(String variable, Rule rule) {
    return new EnvironmentAlias(variable, rule, "");
  }

  /**
   * Returns the same alias, whose number is raised to a least one before the option checks it.
   *
   * @param least what smaller numbers count as, in the alias's unit
   * @return a copy
   * @throws IllegalArgumentException when the rule is not {@link Rule#NUMBER}
   */
  public EnvironmentAlias raisedTo(long least) {
    return new EnvironmentAlias(variable, rule, unit, OptionalLong.of(least));
  }

  /**
   * Describes the rule for people.
   *
   * @return how the variable's text counts, in a few words
   */
  public String ruleInWords() {
    return switch (rule) {
      case PRESENCE -> "set to anything, even nothing or 0, means true";
      case NOT_FALSE -> "anything but 0, false and no means true";
      case TRUE_WORDS -> "1, true, yes and on mean true";
      case NUMBER -> number();
      case TEXT -> "text";
    };
  }

  private String number() {
    String number = unit.isEmpty() ? "a number" : "a number of " + unit;
    if (minimum.isEmpty()) {
      return number;
    }
    long least = minimum.getAsLong();
    return number + "; less than " + least + " counts as " + least;
  }
}
