package io.mooncake4j.core.plugin;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;

/** What is known about the class path entry that a provider comes from. */
record ClassPathEntry(String id, LoadedPlugin plugin) {
  /**
   * Looks at the jar in which a class lies. Without a manifest that names a plugin, as in a folder
   * of classes or a jar that merges several, the class itself stands for the plugin.
   */
  static ClassPathEntry of(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    String location = "class path";
    Map<String, String> attributes = Map.of();
    if (source != null && source.getLocation() != null) {
      location = source.getLocation().toString();
      try {
        Path path = Path.of(source.getLocation().toURI());
        location = path.toString();
        if (Files.isRegularFile(path)) {
          attributes = PluginManifest.attributes(path);
        }
      } catch (IOException
          | URISyntaxException
          | IllegalArgumentException
          | FileSystemNotFoundException e) {
        // Not a file: the class was loaded all the same, and its name will do.
        attributes = Map.of();
      }
    }
    String id = attributes.getOrDefault("Plugin-Id", type.getName());
    String version = attributes.getOrDefault("Plugin-Version", "");
    return new ClassPathEntry(
        id, new LoadedPlugin(id, version, location, true, type.getClassLoader()));
  }
}
