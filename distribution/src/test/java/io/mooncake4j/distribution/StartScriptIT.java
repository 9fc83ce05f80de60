package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.distribution.UnpackedArchive.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code bin/mooncake} finds Java and its own home; a stand-in for Java prints what it got. */
class StartScriptIT {
  @TempDir private static Path folder;
  private static UnpackedArchive archive;
  private static Path java;

  @BeforeAll
  static void unpack() throws Exception {
    archive = UnpackedArchive.below(folder);
    java = javaOfVersion("17.0.15");
  }

  @Test
  void givesJavaTheHomeTheOptionsAndTheArguments() throws Exception {
    Result result =
        start(
            script(),
            Map.of("JAVA_HOME", java.toString(), "MOONCAKE_JAVA_OPTS", "-Xmx1g -Da=b"),
            "bench",
            "two words",
            "");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().lines())
        .containsExactly(
            "--enable-native-access=ALL-UNNAMED",
            "-Dmooncake.home=" + archive.home(),
            "-Dlogback.configurationFile=" + archive.home() + "/conf/logback.xml",
            "-Xmx1g",
            "-Da=b",
            "-cp",
            archive.home() + "/lib/*",
            "io.mooncake4j.cli.Mooncake",
            "bench",
            "two words",
            "");
  }

  @Test
  void findsItsHomeThroughSymbolicLinks() throws Exception {
    Path absolute = Files.createSymbolicLink(folder.resolve("absolute"), script());
    Path relative = Files.createSymbolicLink(folder.resolve("relative"), Path.of("absolute"));

    for (Path link : List.of(absolute, relative)) {
      Result result = start(link, Map.of("JAVA_HOME", java.toString()));
      assertThat(result.output().lines()).contains("-Dmooncake.home=" + archive.home());
    }
  }

  @Test
  void runsTheProgramsOfCppByTheirNames() throws Exception {
    for (String name : List.of("transfer_engine_bench", "transfer_engine_validator")) {
      Path program = archive.home().resolve("bin").resolve(name);
      Path link = Files.createSymbolicLink(folder.resolve("link to " + name), program);
      for (Path start : List.of(program, link)) {
        Result result = start(start, Map.of("JAVA_HOME", java.toString()), "-threads", "two words");
        assertThat(result.exitCode()).as(result.errors()).isZero();
        assertThat(result.output())
            .endsWith("io.mooncake4j.cli.Mooncake\n" + name + "\n-threads\ntwo words\n");
      }
    }
  }

  @Test
  void takesJavaFromThePathWhenJavaHomeIsUnset() throws Exception {
    String path = java.resolve("bin") + ":" + System.getenv("PATH");

    Result result = start(script(), Map.of("JAVA_HOME", "", "PATH", path), "plugins");

    assertThat(result.output().lines()).contains("io.mooncake4j.cli.Mooncake", "plugins");
  }

  @Test
  void refusesAnOldJavaWithWords() throws Exception {
    Path old = javaOfVersion("11.0.2");

    Result result = start(script(), Map.of("JAVA_HOME", old.toString()));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errors())
        .contains("needs Java 17 or newer", old + "/bin/java", "11.0.2", "JAVA_HOME");
    assertThat(result.output()).isEmpty();
  }

  @Test
  void refusesAJavaHomeWithoutJava() throws Exception {
    Result result = start(script(), Map.of("JAVA_HOME", folder.toString()));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errors()).contains("JAVA_HOME", folder.toString(), "Java 17 or newer");
  }

  private static Path script() {
    return archive.home().resolve("bin/mooncake");
  }

  private static Result start(Path script, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    return UnpackedArchive.run(folder, environment, command);
  }

  private static Path javaOfVersion(String version) throws IOException {
    Path home = folder.resolve("jdk " + version);
    Path program = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }
}
