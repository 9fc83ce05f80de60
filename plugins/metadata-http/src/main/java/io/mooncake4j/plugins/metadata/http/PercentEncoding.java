package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Keys as they stand in URLs: RFC 3986's unreserved characters, all other bytes of UTF-8 as %XX.
 */
final class PercentEncoding {
  private static final char[] DIGITS = "0123456789ABCDEF".toCharArray();

  private PercentEncoding() {}

  /** Encodes a key; one that has no form in UTF-8 would meet others under the same name. */
  static String encode(String text) {
    ByteBuffer bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "the key " + Shown.text(text) + " has half a character, which UTF-8 cannot write",
          e);
    }
    byte[] whole = new byte[bytes.remaining()];
    bytes.get(whole);
    return encode(whole);
  }

  /** Encodes a key of any bytes. */
  static String encode(byte[] key) {
    StringBuilder encoded = new StringBuilder(key.length + 16);
    for (byte each : key) {
      int value = each & 0xFF;
      if (isUnreserved(value)) {
        encoded.append((char) value);
      } else {
        encoded.append('%').append(DIGITS[value >> 4]).append(DIGITS[value & 15]);
      }
    }
    return encoded.toString();
  }

  private static boolean isUnreserved(int value) {
    return (value >= 'a' && value <= 'z')
        || (value >= 'A' && value <= 'Z')
        || (value >= '0' && value <= '9')
        || value == '-'
        || value == '.'
        || value == '_'
        || value == '~';
  }

  /**
   * Decodes a key, which may be any bytes.
   *
   * @throws IllegalArgumentException when it is not what {@link #encode} writes
   */
  static byte[] decode(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char next = encoded.charAt(i);
      if (next == '%' && i + 2 < encoded.length()) {
        bytes.write(hex(encoded.charAt(i + 1)) << 4 | hex(encoded.charAt(i + 2)));
        i += 2;
      } else if (isUnreserved(next)) {
        bytes.write(next);
      } else {
        throw new IllegalArgumentException(Shown.text(encoded) + " is not percent-encoded");
      }
    }
    return bytes.toByteArray();
  }

  /** Returns a key as text, if it is UTF-8. */
  static Optional<String> text(byte[] key) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static int hex(char digit) {
    int value = digit < 128 ? Character.digit(digit, 16) : -1;
    if (value < 0) {
      throw new IllegalArgumentException("\"" + Shown.text("" + digit) + "\" is no digit of %XX");
    }
    return value;
  }
}
