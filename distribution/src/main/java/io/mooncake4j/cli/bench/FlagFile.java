package io.mooncake4j.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of flags for {@code --flagfile}: one flag a line, empty lines and those that begin with
 * {@code #} left out. What gflags does with lines that name programs is refused.
 */
final class FlagFile {
  private static final int MOST_BYTES = 1 << 16;

  private FlagFile() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its flags, one word each
   * @throws IllegalArgumentException with what follows the file's name in a sentence
   */
  static List<String> read(Path file) {
    List<String> words = new ArrayList<>();
    int number = 0;
    for (String line : text(file).split("\\R", -1)) {
      number++;
      String word = line.strip();
      if (word.startsWith("-")) {
        words.add(word);
      } else if (!word.isEmpty() && !word.startsWith("#")) {
        throw new IllegalArgumentException(
            "line " + number + " is no flag; each line is one, such as --threads=4");
      }
    }
    return words;
  }

  private static String text(Path file) {
    if (!Files.exists(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException("is no file that can be read");
    }
    try (InputStream input = Files.newInputStream(file)) {
      byte[] bytes = input.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException("is longer than " + MOST_BYTES + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
    }
  }
}
