package io.mooncake4j.metadata.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Percent-coding of queries as C++ Mooncake's clients do it (RFC 3986): a plus sign is a plus sign.
 * Decoded text has one character of 0 to 255 for each byte.
 */
final class QueryText {
  private static final String HEX = "0123456789ABCDEF";
  private static final String UNRESERVED = "-._~";

  private QueryText() {}

  /** Returns the first value of a parameter, decoded; null when the query has none of it. */
  static String first(String query, String name) {
    for (String part : query.split("&", -1)) {
      if (part.startsWith(name) && part.startsWith("=", name.length())) {
        return decode(part.substring(name.length() + 1));
      }
    }
    return null;
  }

  /** Decodes; what is no percent-coding stands for itself. */
  static String decode(String text) {
    byte[] coded = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(coded.length);
    for (int i = 0; i < coded.length; i++) {
      int high = coded[i] == '%' && i + 2 < coded.length ? digit(coded[i + 1]) : -1;
      int low = high < 0 ? -1 : digit(coded[i + 2]);
      if (low < 0) {
        bytes.write(coded[i]);
      } else {
        bytes.write(high << 4 | low);
        i += 2;
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static int digit(byte character) {
    return Character.digit(character, 16);
  }

  /** Encodes bytes, given as characters of 0 to 255; all but unreserved characters are coded. */
  static String encode(String bytes) {
    StringBuilder text = new StringBuilder(bytes.length() + 16);
    for (int i = 0; i < bytes.length(); i++) {
      char next = bytes.charAt(i);
      if (isUnreserved(next)) {
        text.append(next);
      } else {
        text.append('%').append(HEX.charAt(next >> 4)).append(HEX.charAt(next & 15));
      }
    }
    return text.toString();
  }

  private static boolean isUnreserved(char next) {
    return (next >= 'a' && next <= 'z')
        || (next >= 'A' && next <= 'Z')
        || (next >= '0' && next <= '9')
        || UNRESERVED.indexOf(next) >= 0;
  }
}
