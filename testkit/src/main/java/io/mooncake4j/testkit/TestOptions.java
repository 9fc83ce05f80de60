package io.mooncake4j.testkit;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.Options;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Options from texts, with the defaults of their declarations. As strict as the engine: an unknown
 * key or a value that is not valid is refused. Immutable.
 */
public final class TestOptions implements Options {
  private final Map<String, Object> values;
  private final Set<String> set;

  private TestOptions(Map<String, Object> values, Set<String> set) {
    this.values = Map.copyOf(values);
    this.set = Set.copyOf(set);
  }

  /**
   * Reads options.
   *
   * @param declared what may be set
   * @param texts key to text
   * @return the options
   * @throws MooncakeException with {@link ErrorCode#OPTION} for an unknown key or a wrong value
   */
  public static TestOptions of(
      Collection<? extends Option<?>> declared, Map<String, String> texts) {
    Map<String, Object> values = new HashMap<>();
    Set<String> unknown = new HashSet<>(texts.keySet());
    for (Option<?> option : declared) {
      String text = texts.get(option.key());
      values.put(option.key(), text == null ? option.defaultValue() : parse(option, text));
      unknown.remove(option.key());
    }
    if (!unknown.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.OPTION, "unknown options " + unknown + "; known are " + values.keySet());
    }
    return new TestOptions(values, texts.keySet());
  }

  private static Object parse(Option<?> option, String text) {
    try {
      return option.parse(text);
    } catch (IllegalArgumentException e) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          option.key() + "=" + text + ": " + e.getMessage() + "; valid: " + option.validValues(),
          e);
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T get(Option<T> option) {
    return (T) known(option);
  }

  @Override
  public boolean isSet(Option<?> option) {
    known(option);
    return set.contains(option.key());
  }

  private Object known(Option<?> option) {
    Object value = values.get(option.key());
    if (value == null) {
      throw new IllegalArgumentException("option " + option.key() + " was not declared");
    }
    return value;
  }
}
