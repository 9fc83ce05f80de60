package io.mooncake4j.core.plugin;

/** Gives plugins from folders a class loader each, and takes it back. Not for concurrent use. */
interface PluginHost {
  /**
   * Starts a plugin.
   *
   * @param archive the plugin, which stays the caller's
   * @return the loader of its classes
   * @throws io.mooncake4j.api.MooncakeException with {@link io.mooncake4j.api.ErrorCode#PLUGIN}
   *     when it is refused
   */
  PluginClassLoader start(PluginArchive archive);

  /**
   * Stops one plugin and closes its loader.
   *
   * @param id the plugin's id; an unknown one is ignored
   */
  void stop(String id);
}
