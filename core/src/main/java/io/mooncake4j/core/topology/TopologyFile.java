package io.mooncake4j.core.topology;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Topology.Row;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** A file that holds a matrix in the place of discovery. */
public final class TopologyFile {
  static final int MOST_BYTES = 1 << 20;

  private TopologyFile() {}

  /**
   * Reads a file.
   *
   * @param name its path
   * @return the rows, ordered by location
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is no matrix, {@link
   *     ErrorCode#INVALID_ARGUMENT} when it cannot be read; both name the file
   */
  public static Map<String, Row> read(String name) {
    byte[] text = bytes(name);
    try {
      return TopologyJson.read(text);
    } catch (MooncakeException e) {
      throw new MooncakeException(e.code(), "topology file " + name + ": " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(String name) {
    try {
      Path path = Path.of(name);
      if (!Files.isRegularFile(path)) {
        throw unreadable(name, Files.exists(path) ? "it is not a regular file" : "it is not there");
      }
      try (InputStream in = Files.newInputStream(path)) {
        byte[] text = in.readNBytes(MOST_BYTES + 1);
        if (text.length > MOST_BYTES) {
          throw unreadable(name, "it is longer than " + MOST_BYTES + " bytes");
        }
        return text;
      }
    } catch (IOException | InvalidPathException e) {
      throw unreadable(name, e.toString());
    }
  }

  private static MooncakeException unreadable(String name, String why) {
    return new MooncakeException(
        ErrorCode.INVALID_ARGUMENT,
        "topology file "
            + name
            + " cannot be read: "
            + why
            + "; give a file with a matrix in JSON");
  }
}
