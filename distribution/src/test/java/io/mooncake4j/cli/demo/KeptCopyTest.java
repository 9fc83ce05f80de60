package io.mooncake4j.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptCopyTest {
  @TempDir private Path folder;

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void keepsWhatIsFinished() throws Exception {
    try (KeptCopy copy = KeptCopy.create(folder.resolve("new/folder"), "file")) {
      copy.append(bytes("one,"));
      copy.append(bytes("two"));
      copy.finish();
    }
    assertThat(folder.resolve("new/folder/file")).hasContent("one,two");
  }

  @Test
  void deletesWhatIsNotFinished() {
    try (KeptCopy copy = KeptCopy.create(folder, "file")) {
      copy.append(bytes("half"));
    }
    assertThat(folder.resolve("file")).doesNotExist();
  }

  @Test
  void overwritesNoFile() throws Exception {
    Files.writeString(folder.resolve("file"), "mine");

    assertThatThrownBy(() -> KeptCopy.create(folder, "file"))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("exists already");
    assertThat(folder.resolve("file")).hasContent("mine");
  }

  @Test
  void saysThatTheDiskIsFull() throws Exception {
    Path full = Files.createSymbolicLink(folder.resolve("file"), Path.of("/dev/full"));

    try (KeptCopy copy = KeptCopy.create(folder, "file")) {
      assertThatThrownBy(() -> copy.append(bytes("x")))
          .isInstanceOfSatisfying(
              MooncakeException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED))
          .hasMessageContaining("No space left on device")
          .hasMessageContaining(full.toString());
    } finally {
      Files.delete(full);
    }
  }

  @Test
  void saysThatTheFolderCannotBeMade() throws Exception {
    Path file = Files.createFile(folder.resolve("a-file"));

    assertThatThrownBy(() -> KeptCopy.create(file.resolve("folder"), "file"))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("cannot make " + file.resolve("folder/file"));
  }
}
