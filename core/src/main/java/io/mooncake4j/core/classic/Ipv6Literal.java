package io.mooncake4j.core.classic;

/** Tells numeric IPv6 addresses from names without asking a resolver. */
final class Ipv6Literal {
  private static final int GROUPS = 8;

  private Ipv6Literal() {}

  /** Says whether a text is an IPv6 address, with or without {@code %scope}. */
  static boolean isValid(String text) {
    int percent = text.indexOf('%');
    if (percent >= 0 && percent == text.length() - 1) {
      return false;
    }
    String address = percent < 0 ? text : text.substring(0, percent);
    int gap = address.indexOf("::");
    if (gap < 0) {
      return groups(address, true) == GROUPS;
    }
    int left = gap == 0 ? 0 : groups(address.substring(0, gap), false);
    String behind = address.substring(gap + 2);
    int right = behind.isEmpty() ? 0 : groups(behind, true);
    return left >= 0 && right >= 0 && left + right < GROUPS;
  }

  /** Counts 16-bit groups; -1 when there is something else. */
  private static int groups(String text, boolean mayEndInIpv4) {
    int count = 0;
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (mayEndInIpv4 && i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        if (!isIpv4(parts[i])) {
          return -1;
        }
        count += 2;
      } else if (isGroup(parts[i])) {
        count++;
      } else {
        return -1;
      }
    }
    return count;
  }

  private static boolean isGroup(String text) {
    return !text.isEmpty()
        && text.length() <= 4
        && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
  }

  /** Says whether a text is four decimal numbers with dots between. */
  static boolean isIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      boolean digits =
          !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!digits || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }
}
