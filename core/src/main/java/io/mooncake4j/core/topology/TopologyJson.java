package io.mooncake4j.core.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.JsonAttributes;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.Topology.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The matrix as JSON text: {@code {"cpu:0":[["mlx5_0"],["mlx5_1"]]}}, preferred devices first.
 *
 * <p>Reading is stricter than C++ Mooncake, which takes numbers for names and ignores lists that
 * are none. Writing gives the bytes that C++ gives, layout included. Stateless; safe from any
 * thread. Format: C++ Mooncake's NIC priority matrix.
 */
public final class TopologyJson {
  static final int MOST_LOCATIONS = 4096;
  static final int MOST_DEVICES = 4096;
  private static final int LONGEST_NAME = 512;

  private TopologyJson() {}

  /**
   * Reads a matrix.
   *
   * @param text UTF-8
   * @return the rows, ordered by location
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when this is no JSON or no matrix;
   *     the message names the row
   */
  public static Map<String, Row> read(byte[] text) {
    Map<String, Attributes> members = JsonAttributes.readMap(text).asMap();
    if (members.size() > MOST_LOCATIONS) {
      throw malformed("it has " + members.size() + " rows, more than " + MOST_LOCATIONS);
    }
    Map<String, Row> rows = new LinkedHashMap<>();
    members.forEach(
        (location, value) -> rows.put(checked(location, location), row(location, value)));
    int devices = Topology.order(rows).size();
    if (devices > MOST_DEVICES) {
      throw malformed("it has " + devices + " devices, more than " + MOST_DEVICES);
    }
    return rows;
  }

  private static Row row(String location, Attributes value) {
    if (value.type() != Attributes.Type.LIST || value.asList().size() != 2) {
      throw malformed(
          "row \""
              + Names.shown(location)
              + "\" is not a list of two lists, the preferred devices and the others");
    }
    return new Row(
        devices(location, value.asList().get(0)), devices(location, value.asList().get(1)));
  }

  private static List<String> devices(String location, Attributes list) {
    if (list.type() != Attributes.Type.LIST) {
      throw malformed(
          "row \"" + Names.shown(location) + "\" has " + typeOf(list) + " in place of a list");
    }
    if (list.asList().size() > MOST_DEVICES) {
      throw malformed(
          "row \"" + Names.shown(location) + "\" has more than " + MOST_DEVICES + " devices");
    }
    List<String> names = new ArrayList<>();
    for (Attributes name : list.asList()) {
      if (name.type() != Attributes.Type.TEXT) {
        throw malformed(
            "row \"" + Names.shown(location) + "\" has " + typeOf(name) + " in place of a name");
      }
      names.add(checked(name.asText(), location));
    }
    return names;
  }

  private static String checked(String name, String location) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      String row = Names.shown(location.substring(0, Math.min(location.length(), 40)));
      throw malformed(
          "row \""
              + row
              + "\" has a name of "
              + name.length()
              + " characters; valid are 1 to "
              + LONGEST_NAME);
    }
    return name;
  }

  private static String typeOf(Attributes node) {
    return "a value of type " + node.type().name().toLowerCase(Locale.ROOT);
  }

  private static MooncakeException malformed(String words) {
    return new MooncakeException(ErrorCode.MALFORMED, "this is no matrix of devices: " + words);
  }

  /**
   * Writes a matrix as C++ Mooncake prints it: tabs, a line for each name, rows sorted by the bytes
   * of the location.
   *
   * @param rows location to its devices
   * @return ASCII, a line feed at the end
   */
  public static String write(Map<String, Row> rows) {
    if (rows.isEmpty()) {
      return "{}\n";
    }
    List<String> members = new ArrayList<>();
    for (String location : sorted(rows)) {
      Row row = rows.get(location);
      members.add(
          "\t"
              + quoted(location)
              + " : \n\t[\n"
              + list(row.preferred())
              + ",\n"
              + list(row.available())
              + "\n\t]");
    }
    return "{\n" + String.join(",\n", members) + "\n}\n";
  }

  private static List<String> sorted(Map<String, Row> rows) {
    return rows.keySet().stream()
        .sorted((left, right) -> java.util.Arrays.compareUnsigned(bytes(left), bytes(right)))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String list(List<String> names) {
    if (names.isEmpty()) {
      return "\t\t[]";
    }
    List<String> lines = names.stream().map(name -> "\t\t\t" + quoted(name)).toList();
    return "\t\t[\n" + String.join(",\n", lines) + "\n\t\t]";
  }

  private static String quoted(String text) {
    return new String(JsonAttributes.write(Attributes.of(text), false), UTF_8);
  }
}
