package io.mooncake4j.config;

/**
 * The effective values of declared options.
 *
 * <p>Immutable and safe from any thread.
 */
public interface Options {
  /**
   * Returns an option's value.
   *
   * @param option one of the options that were declared to whoever made this object
   * @param <T> the value's type
   * @return the value, never null
   * @throws IllegalArgumentException when the option was not declared
   */
  <T> T get(Option<T> option);

  /**
   * Says whether someone set the option.
   *
   * @param option a declared option
   * @return false when the default holds
   */
  boolean isSet(Option<?> option);
}
