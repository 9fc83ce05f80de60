package io.mooncake4j.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.TransportProvider;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jars that go into plugin folders work on a flat class path, where pf4j need not be. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PlainClassPathTest {
  @TempDir Path folder;

  @Test
  void aChildProcessWithoutPf4jFindsTheSameJar() throws Exception {
    Path jar =
        TestPlugin.empty("wire")
            .transport(
                TransportSource.named("wire")
                    .options(
                        "List.of(Option.of(\"mooncake.wire.lanes\", OptionType.INTEGER, 1,"
                            + " \"Lanes.\"))"))
            .jar(folder.resolve("wire.jar"));
    Path output = folder.resolve("output.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(jar, probe()),
                ClassPathProbe.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(child.waitFor(40, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.destroyForcibly();
    }
    assertThat(Files.readAllLines(output))
        .contains(
            "absent org.pf4j.PluginManager",
            "absent com.fasterxml.jackson.core.JsonFactory",
            "found wire of plugin wire 1.2.3 (" + jar + ")",
            "set mooncake.wire.lanes=2 (the program)")
        .noneMatch(line -> line.startsWith("problem"));
    assertThat(child.exitValue()).isZero();
  }

  /** The program alone, without the providers of other tests that lie beside it. */
  private Path probe() throws IOException {
    String name = ClassPathProbe.class.getName().replace('.', '/') + ".class";
    Path copy = folder.resolve("probe").resolve(name);
    Files.createDirectories(copy.getParent());
    Files.copy(TestPlugin.locationOf(ClassPathProbe.class).resolve(name), copy);
    return folder.resolve("probe");
  }

  private static String classPath(Path... added) {
    return Stream.concat(
            Stream.of(TransportProvider.class, PluginCatalog.class, org.slf4j.Logger.class)
                .map(TestPlugin::locationOf),
            Stream.of(added))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void oneClassOfCoreKnowsPf4jAndOneReadsTheEnvironment() throws IOException {
    Set<String> pf4j = new TreeSet<>();
    Set<String> environment = new TreeSet<>();
    Path classes = TestPlugin.locationOf(PluginCatalog.class);
    List<Path> files;
    try (Stream<Path> walk = Files.walk(classes)) {
      files = walk.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : files) {
      String constants = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      String name = file.getFileName().toString().replaceAll("(\\$.*)?\\.class", "");
      if (constants.contains("org/pf4j/")) {
        pf4j.add(name);
      }
      boolean reads =
          constants.contains("getenv")
              || constants.contains("getProperties")
              || (constants.contains("java/lang/System") && constants.contains("getProperty"));
      if (reads) {
        environment.add(name);
      }
    }
    assertThat(pf4j).containsExactly("Pf4jPluginHost");
    assertThat(environment).containsExactly("ProcessEnvironment");
  }
}
