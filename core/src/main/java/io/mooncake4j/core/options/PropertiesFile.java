package io.mooncake4j.core.options;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Reads a properties file with the line of each key, which {@link Properties} does not tell.
 *
 * <p>The syntax is that of {@link Properties#load(java.io.Reader)}, in UTF-8. Blanks around a value
 * do not count.
 */
final class PropertiesFile {
  /** A value and the line on which its key stands. */
  record Entry(String value, int line) {}

  private final Path path;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private PropertiesFile(Path path) {
    this.path = path;
  }

  static Map<String, Entry> read(Path path) {
    PropertiesFile file = new PropertiesFile(path);
    file.parse(lines(path));
    return file.entries;
  }

  private static List<String> lines(Path path) {
    try {
      String text = Files.readString(path, StandardCharsets.UTF_8);
      return (text.startsWith("\uFEFF") ? text.substring(1) : text).lines().toList();
    } catch (CharacterCodingException e) {
      throw new MooncakeException(
          ErrorCode.OPTION, "configuration file " + path + " is not UTF-8; save it as UTF-8", e);
    } catch (IOException e) {
      throw new MooncakeException(
          ErrorCode.OPTION, "configuration file " + path + " cannot be read: " + e, e);
    }
  }

  private void parse(List<String> lines) {
    int index = 0;
    while (index < lines.size()) {
      int first = index;
      StringBuilder logical = new StringBuilder(lines.get(index++));
      while (!isComment(lines.get(first)) && continues(logical) && index < lines.size()) {
        logical.append('\n').append(lines.get(index++));
      }
      add(logical.toString(), first + 1);
    }
  }

  private static boolean isComment(String line) {
    String text = line.stripLeading();
    return text.startsWith("#") || text.startsWith("!");
  }

  private static boolean continues(CharSequence line) {
    int backslashes = 0;
    while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private void add(String logicalLine, int line) {
    Properties one = new Properties();
    try {
      one.load(new StringReader(logicalLine));
    } catch (IOException | IllegalArgumentException e) {
      throw new MooncakeException(
          ErrorCode.OPTION, path + ":" + line + ": no line of a properties file: " + e, e);
    }
    for (String key : one.stringPropertyNames()) {
      Entry earlier = entries.put(key, new Entry(one.getProperty(key).strip(), line));
      if (earlier != null) {
        throw new MooncakeException(
            ErrorCode.OPTION,
            path
                + ": key "
                + key
                + " is set on line "
                + earlier.line()
                + " and again on line "
                + line
                + "; keep one of them");
      }
    }
  }
}
