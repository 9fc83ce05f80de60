package io.mooncake4j.ffi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Short text files of {@code /proc} and {@code /sys}. */
final class SystemFile {
  private SystemFile() {}

  /** Returns a file's text, empty where this kernel or container does not have or show it. */
  static Optional<String> read(String path) {
    try {
      return Optional.of(Files.readString(Path.of(path)).trim());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the words after a label that starts a line, as in {@code Hugepagesize: 2048 kB}. */
  static Optional<String> valueOf(String label, String text) {
    return text.lines()
        .filter(line -> line.startsWith(label))
        .map(line -> line.substring(label.length()).trim())
        .findFirst();
  }
}
