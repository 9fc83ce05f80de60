package io.mooncake4j.core.topology;

import io.mooncake4j.core.classic.PlainText;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What names in a tree may look like, and how they are ordered. */
final class Names {
  /** As people count: {@code mlx5_2} before {@code mlx5_10}. */
  static final Comparator<String> NATURAL = Names::compareNaturally;

  /** The kernel's limit for names of RDMA devices, and far more than it has for others. */
  private static final Pattern DEVICE = Pattern.compile("[!-.0-~&&[^\"\\\\,]]{1,64}");

  private static final Pattern PCI =
      Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
  private static final Pattern RUNS = Pattern.compile("[0-9]+|[^0-9]+");

  private Names() {}

  /** Says whether this can be a device: printable ASCII without what lists and JSON use. */
  static boolean isDevice(String name) {
    return DEVICE.matcher(name).matches() && !name.equals(".") && !name.equals("..");
  }

  /** Returns a PCI address in lower case, or empty when the text is none. */
  static Optional<String> pciAddress(String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    return PCI.matcher(lower).matches() ? Optional.of(lower) : Optional.empty();
  }

  /** Replaces what could play tricks on a terminal or in a log. */
  static String shown(String text) {
    return PlainText.of(text);
  }

  private static int compareNaturally(String left, String right) {
    Matcher a = RUNS.matcher(left);
    Matcher b = RUNS.matcher(right);
    while (a.find()) {
      if (!b.find()) {
        return 1;
      }
      int order = compareRuns(a.group(), b.group());
      if (order != 0) {
        return order;
      }
    }
    return b.find() ? -1 : left.compareTo(right);
  }

  private static int compareRuns(String left, String right) {
    boolean numbers = isDigit(left.charAt(0)) && isDigit(right.charAt(0));
    return numbers ? new BigInteger(left).compareTo(new BigInteger(right)) : left.compareTo(right);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
