package io.mooncake4j.core.options;

import io.mooncake4j.config.Option;

/**
 * An option, its value, and who set it.
 *
 * @param option the option
 * @param value its effective value
 * @param source who set it, in words: {@link #DEFAULT}, a file with its line, an environment
 *     variable, a system property, or the program
 * @param <T> the value's type
 */
public record OptionValue<T>(Option<T> option, T value, String source) {
  /** The source of a value that nobody set. */
  public static final String DEFAULT = "default";

  /** How the source of a value begins that an environment variable set. */
  static final String VARIABLE = "environment variable ";

  /** What stands in for a value that must not be shown. */
  static final String MASK = "******";

  static <T> OptionValue<T> atDefault(Option<T> option) {
    return new OptionValue<>(option, option.defaultValue(), DEFAULT);
  }

  /**
   * Says whether someone set the option.
   *
   * @return false when the default holds
   */
  public boolean isSet() {
    return !source.equals(DEFAULT);
  }

  /**
   * Says whether a variable of C++ Mooncake set the option, about whose mistakes C++ only warns.
   *
   * @return true when the source is one of the option's aliases
   */
  public boolean isFromAlias() {
    return option.aliases().stream().anyMatch(alias -> source.equals(VARIABLE + alias.variable()));
  }

  /**
   * Returns the value as it may be shown.
   *
   * @return as written in a properties file; asterisks for a secret that is set, and for user and
   *     password in a URL
   */
  public String text() {
    return option.secret() && isSet() ? MASK : withoutUser(option.type().format(value));
  }

  /**
   * Masks user and password in a URL.
   *
   * @param text any text
   * @return the text, with asterisks between {@code ://} and the last {@code @} behind it
   */
  public static String withoutUser(String text) {
    return text.replaceAll("://\\S*@", "://" + MASK + "@");
  }

  /** Masks secrets, because values end up in logs. */
  @Override
  public String toString() {
    return option.key() + "=" + text() + " (" + source + ")";
  }
}
