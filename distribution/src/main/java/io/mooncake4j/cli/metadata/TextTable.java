package io.mooncake4j.cli.metadata;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text in aligned columns. Control characters, which a store may hold, become dots, and one
 * long cell does not make all rows long: only the last column has cells of any length.
 */
final class TextTable {
  private static final String EMPTY = "-";
  private static final int WIDEST = 80;

  private final List<String[]> rows = new ArrayList<>();
  private final int[] widths;

  TextTable(String... headings) {
    widths = new int[headings.length];
    add(headings);
  }

  void add(String... cells) {
    String[] row = new String[widths.length];
    for (int i = 0; i < row.length; i++) {
      String text = cells[i].isEmpty() ? EMPTY : printable(cells[i]);
      row[i] = i + 1 < row.length && text.length() > WIDEST ? cut(text) : text;
      widths[i] = Math.max(widths[i], row[i].length());
    }
    rows.add(row);
  }

  private static String cut(String text) {
    int end = WIDEST - 1;
    return text.substring(0, Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end) + "…";
  }

  static String printable(String text) {
    return text.replaceAll("\\p{C}", ".");
  }

  void print(PrintWriter out) {
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        line.append(row[i]);
        if (i + 1 < row.length) {
          line.append(" ".repeat(widths[i] - row[i].length() + 2));
        }
      }
      out.println(line);
    }
  }
}
