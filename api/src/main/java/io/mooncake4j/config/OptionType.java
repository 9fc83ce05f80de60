package io.mooncake4j.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How an option's text becomes a value.
 *
 * <p>Immutable. {@link #parse} throws {@link IllegalArgumentException} with a message that says
 * what is valid.
 *
 * @param <T> the value's type
 */
public final class OptionType<T> {
  /** Any text. */
  public static final OptionType<String> TEXT = new OptionType<>("text", text -> text);

  /** A whole number of 32 bits. */
  public static final OptionType<Integer> INTEGER =
      new OptionType<>("whole number", text -> Integer.valueOf(text.trim()));

  /** {@code true} or {@code false}. */
  public static final OptionType<Boolean> BOOLEAN =
      new OptionType<>("true or false", OptionType::parseBoolean);

  /** A number of bytes: a whole number with an optional unit k, m, g or t of 1024. */
  public static final OptionType<Long> BYTES =
      new OptionType<>("bytes, such as 65536, 64k or 1g", OptionType::parseBytes);

  /** A time span: a whole number with a unit us, ms, s, m or h. */
  public static final OptionType<Duration> DURATION =
      new OptionType<>("duration, such as 250ms, 5s or 1m", OptionType::parseDuration);

  /** Texts, separated by commas; blanks around them do not count. */
  public static final OptionType<List<String>> LIST =
      new OptionType<>("list, separated by commas", OptionType::parseList);

  private static final Map<String, Long> BYTE_UNITS =
      Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30, "t", 1L << 40);
  private static final Map<String, Long> TIME_UNITS =
      Map.of("us", 1L, "ms", 1_000L, "s", 1_000_000L, "m", 60_000_000L, "h", 3_600_000_000L);

  private final String description;
  private final Parser<T> parser;

  private interface Parser<T> {
    T parse(String text);
  }

  private OptionType(String description, Parser<T> parser) {
    this.description = description;
    this.parser = parser;
  }

  /**
   * Makes a type whose values are the constants of an enum, written in lower case.
   *
   * @param type the enum
   * @param <E> the enum
   * @return the type
   */
  public static <E extends Enum<E>> OptionType<E> choice(Class<E> type) {
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      names.add(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    return new OptionType<>(
        "one of " + String.join(", ", names),
        text -> {
          int index = names.indexOf(text.trim().toLowerCase(Locale.ROOT));
          if (index < 0) {
            throw new IllegalArgumentException("it is not one of " + String.join(", ", names));
          }
          return type.getEnumConstants()[index];
        });
  }

  /**
   * Returns what values look like.
   *
   * @return a few words
   */
  public String description() {
    return description;
  }

  /**
   * Reads a value.
   *
   * @param text as written by the user
   * @return the value
   * @throws IllegalArgumentException when the text is no such value
   */
  public T parse(String text) {
    try {
      return parser.parse(text);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("it is not a " + description, e);
    }
  }

  /**
   * Writes a value so that {@link #parse} reads it back.
   *
   * @param value the value
   * @return its text
   */
  public String format(T value) {
    if (value instanceof Duration duration) {
      return format(duration);
    }
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    if (value instanceof List<?> list) {
      return String.join(",", list.stream().map(String::valueOf).toList());
    }
    return String.valueOf(value);
  }

  private static String format(Duration duration) {
    if (duration.toNanosPart() % 1_000_000 != 0) {
      return TimeUnit.MICROSECONDS.convert(duration) + "us";
    }
    return duration.toNanosPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }

  private static Boolean parseBoolean(String text) {
    return switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("it is neither true nor false");
    };
  }

  private static Long parseBytes(String text) {
    return scaled(text, BYTE_UNITS, "");
  }

  private static Duration parseDuration(String text) {
    return Duration.of(scaled(text, TIME_UNITS, null), ChronoUnit.MICROS);
  }

  private static long scaled(String text, Map<String, Long> units, String defaultUnit) {
    String trimmed = text.trim().toLowerCase(Locale.ROOT);
    int end = trimmed.length();
    while (end > 0 && !Character.isDigit(trimmed.charAt(end - 1))) {
      end--;
    }
    String unit = trimmed.substring(end).trim();
    if (unit.isEmpty() && defaultUnit == null) {
      throw new IllegalArgumentException(
          "it has no unit; write us, ms, s, m or h behind the number");
    }
    Long factor = units.get(unit);
    if (factor == null) {
      throw new IllegalArgumentException("\"" + unit + "\" is no unit");
    }
    return Math.multiplyExact(Long.parseLong(trimmed.substring(0, end)), factor);
  }

  private static List<String> parseList(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::trim).filter(s -> !s.isEmpty()).toList();
  }
}
