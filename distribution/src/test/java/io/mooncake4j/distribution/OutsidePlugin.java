package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;

/** A transport that is no part of the build: sources among the test resources, and how to build. */
final class OutsidePlugin {
  static final String NAME = "courier";
  private static final String PROVIDER = "com.example.courier.CourierProvider";

  private OutsidePlugin() {}

  /** Compiles the sources against that one jar and nothing else, and packs a plugin's jar. */
  static void build(JavaCompiler compiler, Path apiJar, Path folder, Path jar)
      throws IOException, URISyntaxException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(compiler, apiJar, classes);
    pack(classes, jar);
  }

  private static void compile(JavaCompiler compiler, Path apiJar, Path classes)
      throws IOException, URISyntaxException {
    Path sources = Path.of(OutsidePlugin.class.getResource("/outside-plugin/src").toURI());
    StringWriter words = new StringWriter();
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-classpath",
            apiJar.toString(),
            "-d",
            classes.toString());
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  words,
                  files,
                  null,
                  options,
                  null,
                  files.getJavaFileObjectsFromPaths(filesBelow(sources)))
              .call();
      assertThat(compiled).as("compiles against %s alone: %s", apiJar, words).isTrue();
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Plugin-Id", "com.example." + NAME);
    attributes.putValue("Plugin-Version", "1.2.3");
    attributes.putValue("Plugin-Requires", ">=0.1.0 & <0.2.0");
    attributes.putValue("Plugin-Provider", "Example Corporation");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (Path file : filesBelow(classes)) {
        add(out, classes.relativize(file).toString(), Files.readAllBytes(file));
      }
      add(
          out,
          "META-INF/services/io.mooncake4j.spi.TransportProvider",
          PROVIDER.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(bytes);
    out.closeEntry();
  }

  private static List<Path> filesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
