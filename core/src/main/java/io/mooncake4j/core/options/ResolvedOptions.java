package io.mooncake4j.core.options;

import io.mooncake4j.config.Option;
import io.mooncake4j.config.Options;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The effective values of all declared options, and where each came from.
 *
 * <p>Immutable and safe from any thread. Made by {@link OptionResolver}.
 */
public final class ResolvedOptions implements Options {
  private final Map<String, OptionValue<?>> values;
  private final List<String> warnings;

  ResolvedOptions(Collection<OptionValue<?>> values, List<String> warnings) {
    this.values = new TreeMap<>();
    for (OptionValue<?> value : values) {
      this.values.put(value.option().key(), value);
    }
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Returns options at their defaults.
   *
   * @param options the options
   * @return their defaults
   */
  public static ResolvedOptions defaults(Collection<Option<?>> options) {
    List<OptionValue<?>> values =
        options.stream().<OptionValue<?>>map(OptionValue::atDefault).toList();
    return new ResolvedOptions(values, List.of());
  }

  @Override
  public <T> T get(Option<T> option) {
    return value(option).value();
  }

  @Override
  public boolean isSet(Option<?> option) {
    return value(option).isSet();
  }

  /**
   * Returns an option's value with its source.
   *
   * @param option a declared option
   * @param <T> the value's type
   * @return value and source
   * @throws IllegalArgumentException when the option was not declared
   */
  @SuppressWarnings("unchecked")
  public <T> OptionValue<T> value(Option<T> option) {
    OptionValue<?> value = values.get(option.key());
    if (value == null) {
      throw new IllegalArgumentException(
          "option " + option + " was not declared; list it in the description of its provider");
    }
    // A provider may make its description anew on each call: equal declarations are one option.
    if (value.option() != option && kind(value.value()) != kind(option.defaultValue())) {
      throw new IllegalArgumentException("option " + option + " was declared with another type");
    }
    return (OptionValue<T>) value;
  }

  private static Class<?> kind(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.getDeclaringClass();
    }
    return value instanceof List<?> ? List.class : value.getClass();
  }

  /**
   * Returns all values.
   *
   * @return sorted by key, immutable
   */
  public List<OptionValue<?>> values() {
    return List.copyOf(values.values());
  }

  /**
   * Returns what was ignored, and why; the resolver has logged it already.
   *
   * @return sentences
   */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Returns a part of these options, such as what one provider may see.
   *
   * @param options declared options
   * @return their values
   * @throws IllegalArgumentException when one was not declared
   */
  public ResolvedOptions only(Collection<Option<?>> options) {
    return new ResolvedOptions(
        options.stream().<OptionValue<?>>map(this::value).toList(), List.of());
  }

  @Override
  public String toString() {
    return values.values().toString();
  }
}
