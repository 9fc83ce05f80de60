package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A second virtual machine with this module's class path, spoken to by lines. */
final class ChildProcess {
  private ChildProcess() {}

  static Process start(Class<?> main, File errors) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName())
        .redirectError(errors)
        .start();
  }

  /** Reads a line within a minute. */
  static String line(Process process) throws Exception {
    // The same reader each time: another would miss what this one has read ahead.
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    return CompletableFuture.supplyAsync(() -> read(reader)).get(60, TimeUnit.SECONDS);
  }

  private static String read(BufferedReader reader) {
    try {
      return String.valueOf(reader.readLine());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static void proceed(Process process) throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the other process ended").isTrue();
  }
}
