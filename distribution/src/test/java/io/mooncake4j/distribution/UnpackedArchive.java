package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The archive that the build has just made, unpacked, and a way to run what is in it. */
final class UnpackedArchive {
  private static final long PATIENCE_SECONDS = 60;

  private final Path home;

  private UnpackedArchive(Path home) {
    this.home = home;
  }

  /** Unpacks the tar.gz below a folder; the home's path then contains a blank. */
  static UnpackedArchive below(Path folder) throws IOException, InterruptedException {
    Path target = Files.createDirectories(folder.resolve("a folder"));
    Result unpacked =
        run(
            folder,
            Map.of(),
            List.of("tar", "-xzf", file("tar.gz").toString(), "-C", target.toString()));
    assertThat(unpacked.exitCode()).as(unpacked.errors()).isZero();
    try (DirectoryStream<Path> roots = Files.newDirectoryStream(target)) {
      return new UnpackedArchive(roots.iterator().next().toRealPath());
    }
  }

  /** The archive of that form in the build folder. */
  static Path file(String extension) throws IOException {
    Path target = Path.of(System.getProperty("basedir"), "target");
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(target, "mooncake4j-*." + extension)) {
      return files.iterator().next();
    }
  }

  Path home() {
    return home;
  }

  List<Path> filesIn(String folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(home.resolve(folder))) {
      stream.forEach(files::add);
    }
    return files;
  }

  /** The one file in a folder whose name matches. */
  Path fileIn(String folder, String name) throws IOException {
    List<Path> files =
        filesIn(folder).stream()
            .filter(file -> file.getFileName().toString().matches(name))
            .toList();
    assertThat(files).as("%s in %s/", name, folder).hasSize(1);
    return files.get(0);
  }

  List<String> namesIn(String folder) throws IOException {
    return filesIn(folder).stream().map(file -> file.getFileName().toString()).toList();
  }

  /** Runs a command to its end, or ends it when it takes too long. */
  static Result run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("mooncake-output", ".txt");
    Path errors = Files.createTempFile("mooncake-errors", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("MOONCAKE_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("%s ends within %d s", command, PATIENCE_SECONDS)
          .isTrue();
      return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
    } finally {
      process.destroyForcibly();
      Files.delete(output);
      Files.delete(errors);
    }
  }

  record Result(int exitCode, String output, String errors) {}
}
