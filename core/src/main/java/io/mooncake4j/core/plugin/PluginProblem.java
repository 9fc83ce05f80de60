package io.mooncake4j.core.plugin;

/**
 * Why a plugin, or one of its providers, is not used.
 *
 * @param source the file, folder or class path entry it came from
 * @param pluginId the plugin's id, or empty when it is not known
 * @param cause what is wrong and what to do, in words
 */
public record PluginProblem(String source, String pluginId, String cause) {
  @Override
  public String toString() {
    return (pluginId.isEmpty() ? "" : "plugin " + pluginId + " ") + "(" + source + "): " + cause;
  }
}
