package io.mooncake4j.core.plugin;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A plugin as it lies in a folder: a jar, a zip with {@code lib/}, or an unpacked zip.
 *
 * <p>A zip is unpacked into a private temporary folder, because plugin folders may be read-only;
 * closing deletes it. Not for concurrent use.
 */
final class PluginArchive implements AutoCloseable {
  private static final String LIB = "lib/";
  private static final String PROPERTIES = "plugin.properties";

  private final Path source;
  private final List<Path> jars;
  private final PluginManifest manifest;
  private final Path unpacked;

  private PluginArchive(Path source, List<Path> jars, PluginManifest manifest, Path unpacked) {
    this.source = source;
    this.jars = jars;
    this.manifest = manifest;
    this.unpacked = unpacked;
  }

  /** Whether a path in a plugin folder is meant to be a plugin. */
  static boolean isPlugin(Path path) {
    return isJar(path) || isZip(path) || Files.isDirectory(path.resolve("lib"));
  }

  /**
   * Opens a plugin.
   *
   * @param path one for which {@link #isPlugin} holds
   * @throws MooncakeException with {@link ErrorCode#PLUGIN} when it cannot be read or says too
   *     little about itself
   */
  static PluginArchive open(Path path) {
    try {
      if (isZip(path)) {
        return unpack(path);
      }
      if (isJar(path)) {
        return new PluginArchive(path, List.of(path), PluginManifest.ofJar(path), null);
      }
      return ofFolder(path, path, null);
    } catch (IOException e) {
      throw new MooncakeException(
          ErrorCode.PLUGIN, "it cannot be read (" + e.getMessage() + "); install it again", e);
    }
  }

  private static boolean isJar(Path path) {
    return endsWith(path, ".jar");
  }

  private static boolean isZip(Path path) {
    return endsWith(path, ".zip");
  }

  private static boolean endsWith(Path path, String suffix) {
    return path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(suffix)
        && Files.isRegularFile(path);
  }

  private static PluginArchive unpack(Path zip) throws IOException {
    Path target = Files.createTempDirectory("mooncake-" + zip.getFileName() + "-");
    try {
      extract(zip, target);
      return ofFolder(zip, target, target);
    } catch (IOException | RuntimeException e) {
      delete(target);
      throw e;
    }
  }

  /** Extracts what counts, by its last name only: no entry can name a file outside the target. */
  private static void extract(Path zip, Path target) throws IOException {
    Files.createDirectory(target.resolve(LIB));
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : Collections.list(file.entries())) {
        String name = entry.getName();
        String jar = name.startsWith(LIB) ? name.substring(LIB.length()) : "";
        if (name.equals(PROPERTIES)) {
          extract(file, entry, target.resolve(PROPERTIES));
        } else if (jar.endsWith(".jar") && jar.indexOf('/') < 0 && jar.indexOf('\\') < 0) {
          extract(file, entry, target.resolve(LIB).resolve(jar));
        }
      }
    }
  }

  private static void extract(ZipFile file, ZipEntry entry, Path target) throws IOException {
    try (InputStream in = file.getInputStream(entry)) {
      Files.copy(in, target);
    }
  }

  private static PluginArchive ofFolder(Path source, Path folder, Path unpacked)
      throws IOException {
    List<Path> jars = jarsOf(folder.resolve(LIB));
    if (jars.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "it has no jar in " + LIB + "; put the plugin's own jar and its libraries there");
    }
    Path properties = folder.resolve(PROPERTIES);
    PluginManifest manifest = Files.exists(properties) ? ofProperties(properties) : ofOwnJar(jars);
    return new PluginArchive(source, jars, manifest, unpacked);
  }

  private static List<Path> jarsOf(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(PluginArchive::isJar).sorted().toList();
    }
  }

  private static PluginManifest ofProperties(Path file) throws IOException {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      throw new IOException(PROPERTIES + ": " + e.getMessage(), e);
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return PluginManifest.ofProperties(values);
  }

  /** Of the jars in lib/ the plugin's own is the one that says it is a plugin. */
  private static PluginManifest ofOwnJar(List<Path> jars) throws IOException {
    List<Path> own = new ArrayList<>();
    for (Path jar : jars) {
      if (PluginManifest.isPlugin(jar)) {
        own.add(jar);
      }
    }
    if (own.size() != 1) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          (own.isEmpty() ? "no jar" : own.size() + " jars")
              + " in "
              + LIB
              + " has a manifest with Plugin-Id; exactly one must, or the zip needs "
              + PROPERTIES);
    }
    return PluginManifest.ofJar(own.get(0));
  }

  Path source() {
    return source;
  }

  PluginManifest manifest() {
    return manifest;
  }

  List<URL> urls() {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      try {
        urls.add(jar.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new MooncakeException(ErrorCode.INTERNAL, "no URL for " + jar, e);
      }
    }
    return urls;
  }

  @Override
  public void close() throws IOException {
    if (unpacked != null) {
      delete(unpacked);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Collections.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
