package io.mooncake4j.cli.setup;

import io.mooncake4j.config.OptionType;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads and writes numbers of bytes. */
public final class ByteCount implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    try {
      return OptionType.BYTES.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "\"" + text + "\" is not a number of " + OptionType.BYTES.description());
    }
  }

  /**
   * Writes a size for people.
   *
   * @param bytes the size
   * @return such as {@code 812 B} or {@code 12.3 MB}, of powers of 1000
   */
  public static String text(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < 3) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %cB", value, "kMGT".charAt(unit));
  }

  /**
   * Writes a rate for people.
   *
   * @param bytes how many
   * @param nanos in which time
   * @return such as {@code 1.23 GB/s}
   */
  public static String rate(long bytes, long nanos) {
    return String.format(Locale.ROOT, "%.2f GB/s", bytes / (double) Math.max(1, nanos));
  }
}
