package io.mooncake4j.spi;

import java.util.List;

/**
 * What every provider has: a name, a word on whether it can work here, and commands.
 *
 * <p>Providers are made by {@link java.util.ServiceLoader} with a public constructor that takes
 * nothing and does nothing costly. All methods may be called from any thread; the plugin's class
 * loader is the context class loader during every call.
 */
public interface Provider {
  /**
   * Returns the name by which users select it.
   *
   * @return lower case letters, digits and dashes; unique among providers of its kind
   */
  String name();

  /**
   * Says whether it can work on this host. Must not throw, and must not take longer than a second.
   *
   * @return available, or not with the cause
   */
  Availability availability();

  /**
   * Returns commands to mount in the {@code mooncake} command line under the provider's name.
   *
   * @return the commands, none by default
   */
  default List<Command> commands() {
    return List.of();
  }
}
