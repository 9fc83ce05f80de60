package io.mooncake4j.core.plugin;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What a plugin says about itself.
 *
 * @param id the plugin's id
 * @param version its version
 * @param requires the range of SPI versions it works with, such as {@code >=0.1.0 & <0.2.0}
 * @param vendor who made it, or empty
 * @param description a sentence, or empty
 */
record PluginManifest(
    String id, String version, String requires, String vendor, String description) {
  private static final String ID = "Plugin-Id";
  private static final String VERSION = "Plugin-Version";
  private static final String REQUIRES = "Plugin-Requires";
  private static final String DEPENDENCIES = "Plugin-Dependencies";

  PluginManifest {
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "its id \"" + id + "\" is not made of letters, digits, dots, dashes and underscores");
    }
  }

  /** Whether a jar claims to be a plugin. */
  static boolean isPlugin(Path jar) throws IOException {
    return attributes(jar).containsKey(ID);
  }

  static PluginManifest ofJar(Path jar) throws IOException {
    return of(attributes(jar), "its manifest lacks ");
  }

  /** Reads the properties of pf4j's zips, which have the same values under other names. */
  static PluginManifest ofProperties(Map<String, String> properties) {
    Map<String, String> attributes = new TreeMap<>(properties);
    putUnder(ID, "plugin.id", properties, attributes);
    putUnder(VERSION, "plugin.version", properties, attributes);
    putUnder(REQUIRES, "plugin.requires", properties, attributes);
    putUnder(DEPENDENCIES, "plugin.dependencies", properties, attributes);
    putUnder("Plugin-Provider", "plugin.provider", properties, attributes);
    putUnder("Plugin-Description", "plugin.description", properties, attributes);
    return of(attributes, "its plugin.properties lacks what a manifest calls ");
  }

  private static void putUnder(
      String attribute, String key, Map<String, String> from, Map<String, String> to) {
    if (from.containsKey(key)) {
      to.put(attribute, from.get(key));
    }
  }

  private static PluginManifest of(Map<String, String> attributes, String lacks) {
    List<String> missing = new ArrayList<>();
    for (String name : List.of(ID, VERSION, REQUIRES)) {
      if (attributes.getOrDefault(name, "").isBlank()) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          lacks + String.join(", ", missing) + "; is it a mooncake4j plugin at all?");
    }
    if (!attributes.getOrDefault(DEPENDENCIES, "").isBlank()) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "it depends on other plugins ("
              + attributes.get(DEPENDENCIES)
              + "), but plugins stand alone; put what it needs into lib/ of its zip");
    }
    return new PluginManifest(
        attributes.get(ID).strip(),
        attributes.get(VERSION).strip(),
        attributes.get(REQUIRES).strip(),
        attributes.getOrDefault("Plugin-Provider", ""),
        attributes.getOrDefault("Plugin-Description", ""));
  }

  /** Reads a jar's main attributes; a jar without a manifest has none. */
  static Map<String, String> attributes(Path jar) throws IOException {
    Map<String, String> attributes = new TreeMap<>();
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Manifest manifest = file.getManifest();
      if (manifest != null) {
        Attributes main = manifest.getMainAttributes();
        main.forEach((name, value) -> attributes.put(name.toString(), value.toString()));
      }
    }
    return attributes;
  }
}
