package io.mooncake4j.core.plugin;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ProcessEnvironment;
import io.mooncake4j.core.options.ResolvedOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where plugins are looked for.
 *
 * @param classPath the loader whose class path is searched; it also gives plugins in folders what
 *     they may share with the application
 * @param folders folders with plugin jars and zips
 * @param disabled ids of plugins that are left out
 */
public record PluginSources(ClassLoader classPath, List<Path> folders, Set<String> disabled) {
  /** Copies the collections. */
  public PluginSources {
    folders = List.copyOf(folders);
    disabled = Set.copyOf(disabled);
  }

  /**
   * Returns the sources that an engine's configuration names: the class path on which core lies,
   * {@code plugins/} of the distribution if there is one, the folders of {@code
   * mooncake.plugins.dirs}, and those that the program names.
   *
   * @param configuration what the program asks for
   * @param resolver the options' sources
   * @return the sources
   */
  public static PluginSources of(EngineConfiguration configuration, OptionResolver resolver) {
    return of(configuration, resolver.environment(), resolver.resolveCore());
  }

  /**
   * Returns the same sources from options that are known already.
   *
   * @param configuration what the program asks for
   * @param environment names the distribution
   * @param options holds the engine's own options
   * @return the sources
   */
  public static PluginSources of(
      EngineConfiguration configuration, ProcessEnvironment environment, ResolvedOptions options) {
    List<Path> folders = new ArrayList<>();
    environment
        .home()
        .map(home -> home.resolve("plugins"))
        .filter(Files::isDirectory)
        .ifPresent(folders::add);
    options.get(CoreOptions.PLUGIN_FOLDERS).forEach(text -> folders.add(Path.of(text)));
    folders.addAll(configuration.pluginFolders());
    return new PluginSources(
        PluginSources.class.getClassLoader(),
        folders,
        Set.copyOf(options.get(CoreOptions.DISABLED_PLUGINS)));
  }
}
