package io.mooncake4j.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a program has asked an engine to be.
 *
 * @param options option values by key, as text
 * @param pluginFolders folders with plugin jars and zips, besides {@code mooncake.plugins.dirs}
 * @param configurationFile the properties file to read, or null for the default one if it exists
 * @param readEnvironment whether system properties and environment variables count
 * @param sources on whose behalf options are set, in words for messages, by key; an option that is
 *     not in it is the program's own
 */
public record EngineConfiguration(
    Map<String, String> options,
    List<Path> pluginFolders,
    Path configurationFile,
    boolean readEnvironment,
    Map<String, String> sources) {
  /** Copies the collections. */
  public EngineConfiguration {
    options = Map.copyOf(options);
    pluginFolders = List.copyOf(pluginFolders);
    sources = Map.copyOf(sources);
  }

  /**
   * Makes a configuration whose options are all the program's own.
   *
   * @param options option values by key, as text
   * @param pluginFolders folders with plugin jars and zips
   * @param configurationFile the properties file to read, or null
   * @param readEnvironment whether system properties and environment variables count
   */
  public EngineConfiguration(
      Map<String, String> options,
      List<Path> pluginFolders,
      Path configurationFile,
      boolean readEnvironment) {
    this(options, pluginFolders, configurationFile, readEnvironment, Map.of());
  }
}
