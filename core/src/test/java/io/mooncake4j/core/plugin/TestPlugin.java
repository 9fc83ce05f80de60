package io.mooncake4j.core.plugin;

import io.mooncake4j.spi.TransportProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles and packs plugins while tests run. */
final class TestPlugin {
  /**
   * The compiler takes most of the tests' time, and most plugins differ in their manifests only.
   */
  private static final Map<List<?>, Map<String, byte[]>> COMPILED = new ConcurrentHashMap<>();

  private final Map<String, String> attributes = new TreeMap<>();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> services = new LinkedHashMap<>();
  private final Map<String, byte[]> resources = new LinkedHashMap<>();
  private final List<Path> libraries = new ArrayList<>();

  private TestPlugin() {}

  /** A plugin with a good manifest and nothing in it. */
  static TestPlugin empty(String id) {
    return new TestPlugin()
        .attribute("Plugin-Id", id)
        .attribute("Plugin-Version", "1.2.3")
        .attribute("Plugin-Requires", ">=0.1.0 & <0.2.0")
        .attribute("Plugin-Provider", "tests");
  }

  /** A jar without any manifest entry of a plugin. */
  static TestPlugin library() {
    return new TestPlugin();
  }

  /** A good plugin with one transport, whose class is {@code p.<name>.Wire}. */
  static TestPlugin transport(String id, String name) {
    return empty(id).transport(TransportSource.named(name));
  }

  TestPlugin transport(TransportSource source) {
    return source(source.className(), source.code())
        .service(TransportProvider.class, source.className());
  }

  /** Sets a manifest attribute, or removes it. */
  TestPlugin attribute(String name, String value) {
    if (value == null) {
      attributes.remove(name);
    } else {
      attributes.put(name, value);
    }
    return this;
  }

  TestPlugin source(String className, String code) {
    sources.put(className, code);
    return this;
  }

  TestPlugin service(Class<?> type, String className) {
    services.merge(type.getName(), className, (one, other) -> one + "\n" + other);
    return this;
  }

  TestPlugin resource(String path, String text) {
    resources.put(path, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Adds what the plugin's sources are compiled against, and what its zip has in lib/. */
  TestPlugin library(Path jar) {
    libraries.add(jar);
    return this;
  }

  Path jar(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (Map.Entry<String, byte[]> entry : entries().entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
        jar.closeEntry();
      }
    }
    return file;
  }

  /** Packs the plugin's own jar and its libraries into lib/ of a zip. */
  Path zip(Path file) throws IOException {
    Path own = jar(Files.createTempDirectory("test-plugin-").resolve("own.jar"));
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("lib/own.jar", Files.readAllBytes(own));
    for (Path library : libraries) {
      entries.put("lib/" + library.getFileName(), Files.readAllBytes(library));
    }
    Files.delete(own);
    Files.delete(own.getParent());
    return zip(file, entries);
  }

  static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  private Map<String, byte[]> entries() {
    Map<String, byte[]> entries =
        new LinkedHashMap<>(
            COMPILED.computeIfAbsent(
                List.of(Map.copyOf(sources), List.copyOf(libraries)), unused -> compile()));
    services.forEach(
        (type, names) ->
            entries.put("META-INF/services/" + type, names.getBytes(StandardCharsets.UTF_8)));
    entries.putAll(resources);
    return entries;
  }

  private Map<String, byte[]> compile() {
    if (sources.isEmpty()) {
      return Map.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, code) -> units.add(new SourceFile(name, code)));
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      Path classes = Files.createTempDirectory("test-classes-");
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath());
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
      boolean good =
          compiler.getTask(messages, files, null, List.of("--release", "17"), null, units).call();
      if (!good) {
        throw new IllegalStateException(messages.toString());
      }
      return take(classes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, byte[]> take(Path classes) throws IOException {
    Map<String, byte[]> taken = new TreeMap<>();
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(classes)) {
      paths = walk.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path path : paths) {
      if (Files.isRegularFile(path)) {
        String name = classes.relativize(path).toString().replace('\\', '/');
        taken.put(name, Files.readAllBytes(path));
      }
      Files.delete(path);
    }
    return taken;
  }

  /** Everything that tests see, so that a plugin may name what it is not meant to see. */
  private List<Path> classPath() {
    return Stream.concat(
            libraries.stream(),
            Stream.of(
                    TransportProvider.class,
                    PluginCatalog.class,
                    org.slf4j.Logger.class,
                    com.fasterxml.jackson.databind.ObjectMapper.class,
                    com.fasterxml.jackson.core.JsonFactory.class,
                    jnr.ffi.Pointer.class)
                .map(TestPlugin::locationOf))
        .collect(Collectors.toList());
  }

  /** The jar or folder in which a class lies. */
  static Path locationOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A text file with a number of bytes that are no archive. */
  static Path garbage(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 5_000; i++) {
      bytes.write(i * 31);
    }
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes.toByteArray());
  }

  private static final class SourceFile extends SimpleJavaFileObject {
    private final String code;

    SourceFile(String className, String code) {
      super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }
}
