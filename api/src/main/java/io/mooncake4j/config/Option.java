package io.mooncake4j.config;

import java.util.List;
import java.util.Objects;

/**
 * One configuration option: declared once, and the only source of its default, its documentation
 * and its checks.
 *
 * <p>Immutable and safe from any thread. Make one with {@link #of} and the methods that return
 * copies.
 *
 * @param <T> the value's type
 */
public final class Option<T> {
  private final String key;
  private final OptionType<T> type;
  private final T defaultValue;
  private final String documentation;
  private final T minimum;
  private final T maximum;
  private final List<EnvironmentAlias> aliases;
  private final boolean secret;

  private Option(
      String key,
      OptionType<T> type,
      T defaultValue,
      String documentation,
      T minimum,
      T maximum,
      List<EnvironmentAlias> aliases,
      boolean secret) {
    this.key = Objects.requireNonNull(key, "key");
    this.type = Objects.requireNonNull(type, "type");
    this.defaultValue = Objects.requireNonNull(defaultValue, "defaultValue");
    this.documentation = Objects.requireNonNull(documentation, "documentation");
    this.minimum = minimum;
    this.maximum = maximum;
    this.aliases = List.copyOf(aliases);
    this.secret = secret;
    if (!key.matches("mooncake(\\.[a-z0-9-]+)+")) {
      throw new IllegalArgumentException(
          "option key \"" + key + "\" is not mooncake.<part>.<part>… in lower case");
    }
  }

  /**
   * Declares an option.
   *
   * @param key begins with {@code mooncake.}
   * @param type how its text is read
   * @param defaultValue what holds when nobody sets it
   * @param documentation one or two sentences for the user
   * @param <T> the value's type
   * @return the option
   */
  public static <T> Option<T> of(
      String key, OptionType<T> type, T defaultValue, String documentation) {
    return new Option<>(key, type, defaultValue, documentation, null, null, List.of(), false);
  }

  /**
   * Returns the same option with a range of valid values.
   *
   * @param least the smallest valid value
   * @param most the largest valid value
   * @return a copy
   * @throws IllegalArgumentException when values have no order, or the default is out of range
   */
  public Option<T> range(T least, T most) {
    Option<T> option =
        new Option<>(key, type, defaultValue, documentation, least, most, aliases, secret);
    option.check(defaultValue);
    return option;
  }

  /**
   * Returns the same option with the variable that sets it in C++ Mooncake; earlier aliases win.
   *
   * @param alias the variable and its rule
   * @return a copy
   */
  public Option<T> alias(EnvironmentAlias alias) {
    List<EnvironmentAlias> more = new java.util.ArrayList<>(aliases);
    more.add(alias);
    return new Option<>(key, type, defaultValue, documentation, minimum, maximum, more, secret);
  }

  /**
   * Returns the same option, whose value is never shown.
   *
   * @return a copy
   */
  public Option<T> asSecret() {
    return new Option<>(key, type, defaultValue, documentation, minimum, maximum, aliases, true);
  }

  /**
   * Reads and checks a value.
   *
   * @param text as written by the user
   * @return the value
   * @throws IllegalArgumentException saying what is wrong and what is valid
   */
  public T parse(String text) {
    T value = type.parse(text);
    check(value);
    return value;
  }

  @SuppressWarnings("unchecked")
  private void check(T value) {
    if (minimum == null) {
      return;
    }
    Comparable<T> comparable = (Comparable<T>) value;
    if (comparable.compareTo(minimum) < 0 || comparable.compareTo(maximum) > 0) {
      throw new IllegalArgumentException("it is not in " + rangeText());
    }
  }

  /**
   * Describes the valid values.
   *
   * @return type and range in words
   */
  public String validValues() {
    return minimum == null ? type.description() : type.description() + ", " + rangeText();
  }

  private String rangeText() {
    return type.format(minimum) + " to " + type.format(maximum);
  }

  /**
   * Returns the key.
   *
   * @return for example {@code mooncake.tcp.connections}
   */
  public String key() {
    return key;
  }

  /**
   * Returns the type.
   *
   * @return how its text is read
   */
  public OptionType<T> type() {
    return type;
  }

  /**
   * Returns the default.
   *
   * @return what holds when nobody sets it
   */
  public T defaultValue() {
    return defaultValue;
  }

  /**
   * Returns the documentation.
   *
   * @return one or two sentences
   */
  public String documentation() {
    return documentation;
  }

  /**
   * Returns C++ Mooncake's variables for this option.
   *
   * @return the aliases, the one that wins first
   */
  public List<EnvironmentAlias> aliases() {
    return aliases;
  }

  /**
   * Says whether the value must never be shown.
   *
   * @return true for passwords and the like
   */
  public boolean secret() {
    return secret;
  }

  @Override
  public String toString() {
    return key;
  }
}
