package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.distribution.UnpackedArchive.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transport that the project has never seen, built against the published API alone, dropped into
 * the archive's {@code plugins/} and selected by a property.
 */
class OutsidePluginIT {
  /** Several slices of the plugin and an odd rest. */
  private static final int FILE_BYTES = 3 * (1 << 20) + 4_711;

  @TempDir private static Path folder;
  private static UnpackedArchive archive;

  @BeforeAll
  static void dropPluginIn() throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assumeTrue(compiler != null, "this Java has no compiler: run the tests on a JDK");
    archive = UnpackedArchive.below(folder);
    Path apiJar =
        archive.filesIn("lib").stream()
            .filter(jar -> jar.getFileName().toString().startsWith("mooncake4j-api-"))
            .findFirst()
            .orElseThrow();
    OutsidePlugin.build(
        compiler, apiJar, folder.resolve("build"), archive.home().resolve("plugins/courier.jar"));
  }

  private static Result mooncake(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(archive.home() + "/bin/mooncake"));
    command.addAll(List.of(words));
    return UnpackedArchive.run(folder, Map.of(), command);
  }

  @Test
  void isListedBesideTheOthers() throws Exception {
    Result result = mooncake("plugins");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.errors()).isEmpty();
    assertThat(result.output())
        .contains("transport tcp ")
        .containsPattern("transport courier .*1\\.2\\.3.*: available")
        .contains("plugins/courier.jar");
  }

  @Test
  void carriesTheDemosBytesBetweenTwoProcesses() throws Exception {
    byte[] content = new byte[FILE_BYTES];
    new Random(7).nextBytes(content);
    Path file = Files.write(folder.resolve("content"), content);

    Result result =
        mooncake(
            "demo", "-D", "mooncake.transports=" + OutsidePlugin.NAME, "--file", file.toString());

    assertThat(result.exitCode()).as(result.output() + result.errors()).isZero();
    assertThat(result.errors()).isEmpty();
    assertThat(result.output())
        .containsPattern("served by  courier \\(\\d+ requests, \\d+ connections?\\)")
        .contains("All three are equal.")
        .doesNotContain("tcp (");
  }

  @Test
  void isRefusedInWordsWhereItIsNotInstalled() throws Exception {
    Result result = mooncake("demo", "-D", "mooncake.transports=carrier-pigeon");

    assertThat(result.exitCode()).isNotZero();
    assertThat(result.errors()).contains("carrier-pigeon", OutsidePlugin.NAME);
  }
}
