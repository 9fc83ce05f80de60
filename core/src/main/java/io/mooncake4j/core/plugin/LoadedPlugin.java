package io.mooncake4j.core.plugin;

/**
 * A plugin that is in use.
 *
 * @param id the manifest's Plugin-Id; for a class path entry without one, the provider's class
 * @param version the manifest's Plugin-Version, or empty
 * @param source the file, folder or class path entry it came from
 * @param onClassPath whether it came from the application's class path, where nothing is filtered
 * @param classLoader the loader of its classes, which is the context class loader of calls into it
 */
public record LoadedPlugin(
    String id, String version, String source, boolean onClassPath, ClassLoader classLoader) {
  @Override
  public String toString() {
    return id + (version.isEmpty() ? "" : " " + version) + " (" + source + ")";
  }
}
