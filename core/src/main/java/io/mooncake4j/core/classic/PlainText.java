package io.mooncake4j.core.classic;

/** Text of others, such as names and hosts in records, in messages for people. Stateless. */
public final class PlainText {
  private PlainText() {}

  /**
   * Replaces what could play tricks on a terminal or in a log.
   *
   * @param text any text
   * @return the text on one line, without control and format characters
   */
  public static String of(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
  }
}
