import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much JSON as the commands need: whole numbers are 64 bits with an unsigned reading. */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object parse(String text) {
    return new Json(text).value();
  }

  private char skipTo() {
    while (Character.isWhitespace(text.charAt(at)) || ",:".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return text.charAt(at);
  }

  private Object value() {
    return switch (skipTo()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      default -> word();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new LinkedHashMap<>();
    for (at++; skipTo() != '}'; ) {
      String key = string();
      members.put(key, value());
    }
    at++;
    return members;
  }

  private List<Object> array() {
    List<Object> items = new ArrayList<>();
    for (at++; skipTo() != ']'; ) {
      items.add(value());
    }
    at++;
    return items;
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      out.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char letter = text.charAt(++at);
    if (letter == 'u') {
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
    }
    int known = "nrtbf".indexOf(letter);
    return known < 0 ? letter : "\n\r\t\b\f".charAt(known);
  }

  private Object word() {
    int from = at;
    while (at < text.length() && ",]} ".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    return switch (word) {
      case "null" -> null;
      case "true", "false" -> Boolean.valueOf(word);
      default -> word.startsWith("-") ? Long.valueOf(word) : (Long) Long.parseUnsignedLong(word);
    };
  }

  static String write(Object value) {
    if (value instanceof Map<?, ?> members) {
      List<String> parts = new ArrayList<>();
      members.forEach((key, item) -> parts.add(quote((String) key) + ":" + write(item)));
      return "{" + String.join(",", parts) + "}";
    }
    if (value instanceof List<?> items) {
      return "[" + String.join(",", items.stream().map(Json::write).toList()) + "]";
    }
    return value instanceof String string ? quote(string) : String.valueOf(value);
  }

  private static String quote(String string) {
    StringBuilder out = new StringBuilder("\"");
    for (char letter : string.toCharArray()) {
      if (letter == '"' || letter == '\\') {
        out.append('\\').append(letter);
      } else if (letter < ' ' || letter > '~') {
        out.append(String.format("\\u%04x", (int) letter));
      } else {
        out.append(letter);
      }
    }
    return out.append('"').toString();
  }
}
