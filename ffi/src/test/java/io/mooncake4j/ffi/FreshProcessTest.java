package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only shows in a virtual machine that has loaded nothing native yet. */
class FreshProcessTest {
  @TempDir Path folder;

  /** Run in the fresh process. */
  public static final class UsesEverything {
    private UsesEverything() {}

    public static void main(String[] arguments) {
      Attempt<NativeLibraryTest.ProcessCalls> calls =
          NativeLibrary.find(NativeLibraryTest.ProcessCalls.class, "libc.so.6");
      if (!calls.succeeded()) {
        System.out.println(calls.cause());
        return;
      }
      MemoryOptions options = MemoryOptions.DEFAULT.withPages(PageKind.EXPLICIT_HUGE);
      try (NativeMemory memory = NativeMemory.allocate(8L << 20, options)) {
        memory.window(100, 8).putLong(0, calls.value().getpid());
        System.out.println(memory.window(100, 8).getLong() > 0 ? "works" : "lost the number");
      }
    }
  }

  @Test
  void nothingIsPrintedWhenNativeAccessIsEnabled() throws Exception {
    Path errors = folder.resolve("errors");
    assertThat(run(errors, "--enable-native-access=ALL-UNNAMED")).isEqualTo("works");
    assertThat(errors).isEmptyFile();
  }

  @Test
  void aFolderInWhichNativeCodeCannotBeUnpackedIsACauseInWords() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    String output =
        run(
            folder.resolve("errors"),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + file.resolve("absent"),
            "-Djffi.extract.dir=" + file.resolve("absent"));
    assertThat(output).startsWith("libc.so.6: native calls are not possible here");
  }

  private String run(Path errors, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), UsesEverything.class.getName()));
    File output = folder.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command).redirectError(errors.toFile()).redirectOutput(output).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended within 60 s").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output.toPath()).trim();
  }
}
