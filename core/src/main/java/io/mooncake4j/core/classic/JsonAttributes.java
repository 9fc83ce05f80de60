package io.mooncake4j.core.classic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Attributes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Turns {@link Attributes} into JSON and back, byte for byte as C++ Mooncake's JSON library does.
 *
 * <p>Written: keys sorted bytewise, no white space, everything beyond ASCII as {@code \}{@code
 * uXXXX}, integers unsigned. Read: as tolerantly as C++ does, which takes comments, a trailing
 * comma and anything behind the root, but no empty text. {@link Attributes} have neither null nor
 * negative or broken numbers, and a member that nobody asks for must not spoil a document, so:
 *
 * <ul>
 *   <li>a member that is null is absent; null in a list is an empty text,
 *   <li>a number without a fraction from 0 to 2^64-1 is an integer, however it is spelt,
 *   <li>any other number is kept as its text, so that asking for an integer raises {@link
 *       ErrorCode#MALFORMED} there and nowhere else.
 * </ul>
 *
 * <p>Depth and the number of tokens are bounded, so hostile text exhausts neither stack nor memory
 * (a parsed document takes at most some thirty times its length). Stateless; safe from any thread.
 * Format: Mooncake transfer engine wire format, JSON text rules.
 */
public final class JsonAttributes {
  /** Deepest nesting that is read or written. */
  public static final int MAX_DEPTH = 128;

  private static final long MAX_TOKENS = 1L << 22;
  private static final int MAX_NUMBER_DIGITS = 1000;
  private static final double TWO_TO_THE_64 = 0x1p64;

  private static final Pattern SOURCE = Pattern.compile("at \\[Source: [^;\\]]*; ([^\\]]*)]");

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxTokenCount(MAX_TOKENS)
                  .maxNumberLength(MAX_NUMBER_DIGITS)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** The order of the keys' UTF-8 bytes, which differs from String's beyond the first plane. */
  private static final Comparator<Map.Entry<String, Attributes>> BY_UTF8 =
      (left, right) -> compareCodePoints(left.getKey(), right.getKey());

  private JsonAttributes() {}

  /**
   * Writes a document.
   *
   * @param document what to write
   * @param trailingNewline whether a line feed ends it, as in handshakes and in etcd and redis, or
   *     not, as over HTTP
   * @return ASCII
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when it is nested deeper than
   *     {@link #MAX_DEPTH}
   */
  public static byte[] write(Attributes document, boolean trailingNewline) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      write(generator, document, MAX_DEPTH);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    if (trailingNewline) {
      out.write('\n');
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator out, Attributes node, int depthLeft) throws IOException {
    if (depthLeft < 0) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "attributes are nested deeper than " + MAX_DEPTH + " levels, which peers do not read");
    }
    switch (node.type()) {
      case TEXT -> out.writeString(node.asText());
      case BOOLEAN -> out.writeBoolean(node.asBoolean());
      case INTEGER -> writeUnsigned(out, node.asInteger());
      case LIST -> {
        out.writeStartArray();
        for (Attributes element : node.asList()) {
          write(out, element, depthLeft - 1);
        }
        out.writeEndArray();
      }
      case MAP -> {
        out.writeStartObject();
        List<Map.Entry<String, Attributes>> members = new ArrayList<>(node.asMap().entrySet());
        members.sort(BY_UTF8);
        for (Map.Entry<String, Attributes> member : members) {
          out.writeFieldName(member.getKey());
          write(out, member.getValue(), depthLeft - 1);
        }
        out.writeEndObject();
      }
    }
  }

  private static void writeUnsigned(JsonGenerator out, long value) throws IOException {
    if (value >= 0) {
      out.writeNumber(value);
    } else {
      out.writeNumber(Long.toUnsignedString(value));
    }
  }

  /**
   * Reads a document.
   *
   * @param text UTF-8
   * @return the root, or empty when it is null
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} and the position when this is no
   *     JSON, or exceeds a bound
   */
  public static Optional<Attributes> read(byte[] text) {
    int start = startsWithByteOrderMark(text) ? 3 : 0;
    try (JsonParser parser = FACTORY.createParser(text, start, text.length - start)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new MooncakeException(ErrorCode.MALFORMED, "the JSON text is empty");
      }
      return first == JsonToken.VALUE_NULL ? Optional.empty() : Optional.of(value(parser, first));
    } catch (JsonProcessingException e) {
      throw new MooncakeException(
          ErrorCode.MALFORMED,
          "no valid JSON at byte " + (start + position(e)) + ": " + words(e),
          e);
    } catch (IOException e) {
      // Jackson has exceptions of its own for every defect of a text that is in memory.
      throw new MooncakeException(ErrorCode.MALFORMED, "no valid JSON: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a document whose root has to be a map.
   *
   * @param text UTF-8
   * @return a map
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when this is no JSON, or its root is
   *     of another type
   */
  public static Attributes readMap(byte[] text) {
    Attributes root =
        read(text)
            .orElseThrow(() -> new MooncakeException(ErrorCode.MALFORMED, "the JSON root is null"));
    if (root.type() != Attributes.Type.MAP) {
      throw new MooncakeException(
          ErrorCode.MALFORMED,
          "the JSON root is no object, but of type " + root.type().name().toLowerCase(Locale.ROOT));
    }
    return root;
  }

  /** Leaves out what Jackson says of its own settings. */
  private static String words(JsonProcessingException e) {
    return PlainText.of(SOURCE.matcher(String.valueOf(e.getOriginalMessage())).replaceAll("at $1"));
  }

  private static long position(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
  }

  private static Attributes value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> map(parser);
      case START_ARRAY -> list(parser);
      case VALUE_TRUE -> Attributes.of(true);
      case VALUE_FALSE -> Attributes.of(false);
      case VALUE_STRING -> Attributes.of(parser.getText());
      case VALUE_NULL -> Attributes.of("");
      case VALUE_NUMBER_INT -> integer(parser.getText());
      case VALUE_NUMBER_FLOAT -> decimal(parser);
      default -> throw new MooncakeException(ErrorCode.MALFORMED, "no JSON value but " + token);
    };
  }

  private static Attributes map(JsonParser parser) throws IOException {
    String key = parser.nextFieldName();
    if (key == null) {
      return Attributes.emptyMap();
    }
    Attributes.MapBuilder members = Attributes.map();
    for (; key != null; key = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      if (token != JsonToken.VALUE_NULL) {
        members.put(key, value(parser, token));
      }
    }
    return members.build();
  }

  private static Attributes list(JsonParser parser) throws IOException {
    List<Attributes> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      elements.add(value(parser, token));
    }
    return Attributes.of(elements);
  }

  private static Attributes integer(String text) {
    try {
      return text.equals("-0") ? Attributes.of(0) : Attributes.of(Long.parseUnsignedLong(text));
    } catch (NumberFormatException e) {
      return Attributes.of(text);
    }
  }

  private static Attributes decimal(JsonParser parser) throws IOException {
    double number = parser.getDoubleValue();
    boolean whole = number >= 0 && number < TWO_TO_THE_64 && number == Math.rint(number);
    return whole
        ? Attributes.of(new BigDecimal(number).longValue())
        : Attributes.of(parser.getText());
  }

  private static boolean startsWithByteOrderMark(byte[] text) {
    return text.length >= 3
        && text[0] == (byte) 0xEF
        && text[1] == (byte) 0xBB
        && text[2] == (byte) 0xBF;
  }

  private static int compareCodePoints(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        // Surrogates stand for what comes behind all other characters.
        boolean bothOrNone = Character.isSurrogate(a) == Character.isSurrogate(b);
        return bothOrNone ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
