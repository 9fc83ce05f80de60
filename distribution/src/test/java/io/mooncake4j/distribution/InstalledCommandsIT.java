package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.distribution.UnpackedArchive.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the unpacked archive, with the plugins that lie in its folder. */
class InstalledCommandsIT {
  @TempDir private static Path folder;
  private static UnpackedArchive archive;

  @BeforeAll
  static void unpack() throws Exception {
    archive = UnpackedArchive.below(folder);
  }

  private static Result mooncake(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(archive.home() + "/bin/mooncake"));
    command.addAll(List.of(words));
    return UnpackedArchive.run(folder, Map.of(), command);
  }

  @Test
  void listsThePluginsInItsFolderAndLeavesThemAsTheyAre() throws Exception {
    List<String> before = archive.namesIn("plugins");
    Result result = mooncake("plugins");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output())
        .contains("transport tcp ", ": available", archive.home() + "/plugins/")
        .contains("  mooncake.tcp.")
        .containsPattern("metadata store http \\S+: available")
        .contains("  mooncake.http.timeout = 3s");
    assertThat(archive.namesIn("plugins")).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void refusesABrokenPluginWithWordsAndListsTheRest() throws Exception {
    Path other = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(other.resolve("broken.jar"), "no jar");

    Result result = mooncake("plugins", "--plugins", other.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("transport tcp ");
    assertThat(result.errors())
        .contains("mooncake: PLUGIN: refused ", other.resolve("broken.jar").toString());
  }

  @Test
  void demonstratesItselfFromAnyFolder() throws Exception {
    Result result = mooncake("demo");

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output())
        .contains("jars of lib/ in a row (the archive is not here)")
        .containsPattern("served by  (shm|tcp) \\(")
        .contains("All three are equal.");
  }

  @Test
  void demonstratesTheArchiveBesideIt() throws Exception {
    Path built = UnpackedArchive.file("tar.gz");
    Path beside = archive.home().resolveSibling(built.getFileName());
    Files.createSymbolicLink(beside, built);
    try {
      Result result = mooncake("demo");

      assertThat(result.exitCode()).as(result.errors()).isZero();
      assertThat(result.output()).contains("file       " + beside, "All three are equal.");
    } finally {
      Files.delete(beside);
    }
  }

  @Test
  void printsTheTopologyByTheNameOfTheRealToolThroughLinks() throws Exception {
    Path link = folder.resolve("dump");
    Files.createSymbolicLink(link, Path.of("second"));
    Files.createSymbolicLink(
        folder.resolve("second"), archive.home().resolve("bin/transfer_engine_topology_dump"));

    Result result =
        UnpackedArchive.run(folder, Map.of(), List.of(link.toString(), "--backend", "te"));

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output()).startsWith("Local topology [te/discover]: {").endsWith("}\n\n");
  }

  @Test
  void tellsItsVersion() throws Exception {
    Result result = mooncake("--version");

    assertThat(result.exitCode()).isZero();
    assertThat(result.output()).containsPattern("mooncake4j \\d+\\.\\d+\\.\\d+");
  }
}
