package io.mooncake4j.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks a NIC priority matrix before an engine is started with it: one JSON object that maps each
 * location, such as {@code cpu:0}, to two lists of NICs, the preferred ones and the others.
 */
final class PriorityMatrixFile {
  private static final int MOST_BYTES = 1 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private PriorityMatrixFile() {}

  /**
   * Checks a file.
   *
   * @param file the file
   * @throws IllegalArgumentException with what follows the file's name in a sentence
   */
  static void check(Path file) {
    JsonNode root = read(file);
    if (!root.isObject()) {
      throw new IllegalArgumentException("is no JSON object of locations and their NICs");
    }
    root.properties()
        .forEach(
            entry -> {
              if (!isPairOfLists(entry.getValue())) {
                throw new IllegalArgumentException(
                    "has under \""
                        + entry.getKey()
                        + "\" no pair of lists of names, such as [[\"mlx5_0\"], [\"mlx5_1\"]]");
              }
            });
  }

  private static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("is no file that can be read");
    }
    try (InputStream input = Files.newInputStream(file)) {
      byte[] bytes = input.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException("is longer than " + MOST_BYTES + " bytes");
      }
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isPairOfLists(JsonNode value) {
    if (!value.isArray() || value.size() != 2) {
      return false;
    }
    for (JsonNode list : value) {
      if (!list.isArray()) {
        return false;
      }
      for (JsonNode name : list) {
        if (!name.isTextual()) {
          return false;
        }
      }
    }
    return true;
  }
}
