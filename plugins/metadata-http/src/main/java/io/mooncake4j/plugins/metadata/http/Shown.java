package io.mooncake4j.plugins.metadata.http;

/** Foreign text in messages: short, on one line, without anything that a terminal would obey. */
final class Shown {
  private static final int LONGEST = 200;

  private Shown() {}

  static String text(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .map(c -> isPlain(c) ? c : c == '\n' || c == '\r' || c == '\t' ? ' ' : '?')
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > LONGEST ? shown + "…" : shown.toString();
  }

  private static boolean isPlain(int codePoint) {
    return !Character.isISOControl(codePoint)
        && Character.isDefined(codePoint)
        && Character.getType(codePoint) != Character.FORMAT
        && Character.getType(codePoint) != Character.SURROGATE;
  }
}
