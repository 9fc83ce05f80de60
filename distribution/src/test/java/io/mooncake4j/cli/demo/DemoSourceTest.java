package io.mooncake4j.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.cli.setup.Installation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoSourceTest {
  @TempDir private Path folder;

  @Test
  void readsTheLibrariesInARowWhereThereIsNoArchive() throws Exception {
    Path lib = Files.createDirectories(folder.resolve("home/lib"));
    Files.writeString(lib.resolve("b.jar"), "second");
    Files.writeString(lib.resolve("a.jar"), "first,");

    DemoSource source = DemoSource.ofInstallation(new Installation(folder.resolve("home")));

    assertThat(source.size()).isEqualTo(12);
    assertThat(source.description()).contains("2 jars", "the archive is not here");
    ByteBuffer bytes = ByteBuffer.allocate(12);
    try (DemoSource.Reader reader = source.open()) {
      reader.fill(bytes.limit(8));
      reader.fill(bytes.limit(12));
    }
    assertThat(new String(bytes.array(), StandardCharsets.UTF_8)).isEqualTo("first,second");
  }

  @Test
  void prefersTheArchive() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path archive = folder.resolve("mooncake4j-" + Installation.version() + ".tar.gz");
    Files.writeString(archive, "archive");

    DemoSource source = DemoSource.ofInstallation(new Installation(home));

    assertThat(source.files()).containsExactly(archive);
    assertThat(source.size()).isEqualTo(7);
  }

  @Test
  void noticesAFileThatShrinks() throws Exception {
    Path file = folder.resolve("file");
    Files.writeString(file, "long enough");
    DemoSource source = DemoSource.ofFile(file);
    Files.writeString(file, "short");

    try (DemoSource.Reader reader = source.open()) {
      assertThatThrownBy(() -> reader.fill(ByteBuffer.allocate((int) source.size())))
          .isInstanceOf(MooncakeException.class)
          .hasMessageContaining(file + " became shorter while it was sent");
    }
  }

  @Test
  void refusesAFileThatThisUserMayNotRead() throws Exception {
    Path file = folder.resolve("secret");
    Files.writeString(file, "secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-w-------"));
    assumeTrue(!Files.isReadable(file), "this user (root?) may read every file");

    assertThatThrownBy(() -> DemoSource.ofFile(file))
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("must not be read by this user");
  }
}
