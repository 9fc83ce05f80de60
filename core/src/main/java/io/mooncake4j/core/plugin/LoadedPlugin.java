package io.mooncake4j.core.plugin;

/**
 * A plugin that is in use.
 *
 * @param id the manifest's Plugin-Id; for a class path entry without one, the provider's class
 * @param version the manifest's Plugin-Version, or empty
 * @param source the file, folder or class path entry it came from, or that it is the engine
 * @param onClassPath whether it came from the application's class path, where nothing is filtered
 * @param classLoader the loader of its classes, which is the context class loader of calls into it
 */
public record LoadedPlugin(
    String id, String version, String source, boolean onClassPath, ClassLoader classLoader) {
  /** The id that stands in the place of a plugin's for what is part of the engine. */
  public static final String ENGINE_ID = "mooncake4j-core";

  /** What stands in the place of a plugin for a provider that is part of the engine. */
  static LoadedPlugin engine() {
    String version = LoadedPlugin.class.getPackage().getImplementationVersion();
    return new LoadedPlugin(
        ENGINE_ID,
        version == null ? "development" : version,
        "built into the engine",
        true,
        LoadedPlugin.class.getClassLoader());
  }

  /**
   * Says whether it is the engine itself.
   *
   * @return true for what no plugin brings
   */
  public boolean isEngine() {
    return id.equals(ENGINE_ID);
  }

  @Override
  public String toString() {
    return id + (version.isEmpty() ? "" : " " + version) + " (" + source + ")";
  }
}
