package io.mooncake4j.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The documents of the source tree. */
final class Documents {
  private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");

  private Documents() {}

  static Path path(String name) {
    return ROOT.resolve(name).normalize();
  }

  static String read(String name) {
    try {
      return Files.readString(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
