package io.mooncake4j.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.core.options.ProcessEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir private Path folder;

  @Test
  void isWhereTheLauncherSays() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.createFile(Files.createDirectories(home.resolve("lib")).resolve("a.jar"));

    Installation installation =
        Installation.find(
            ProcessEnvironment.of(Map.of(), Map.of("mooncake.home", home.toString())));

    assertThat(installation.libraries()).containsExactly(home.resolve("lib/a.jar"));
  }

  @Test
  void isNowhereWithoutTheLauncher() throws Exception {
    Installation installation = Installation.find(ProcessEnvironment.none());

    assertThat(installation.archive()).isEmpty();
    assertThat(installation.libraries()).isEmpty();
  }

  @Test
  void findsTheArchiveBesideItself() throws Exception {
    Path home = Files.createDirectories(folder.resolve("mooncake4j"));
    Path archive = folder.resolve("mooncake4j-" + Installation.version() + ".tar.gz");
    Files.createFile(archive);

    assertThat(new Installation(home).archive()).contains(archive);
  }

  @Test
  void findsTheArchiveInTheBuildFolderOfTheTreeAroundIt() throws Exception {
    Path home = Files.createDirectories(folder.resolve("target/demo"));
    Path built = Files.createDirectories(folder.resolve("distribution/target"));
    Path archive = built.resolve("mooncake4j-" + Installation.version() + ".zip");
    Files.createFile(archive);

    assertThat(new Installation(home).archive()).contains(archive);
  }

  @Test
  void listsItsLibrariesInOrder() throws Exception {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Path second = Files.createFile(lib.resolve("b.jar"));
    Path first = Files.createFile(lib.resolve("a.jar"));
    Files.createFile(lib.resolve("notes.txt"));

    assertThat(new Installation(folder).libraries()).containsExactly(first, second);
  }
}
