package io.mooncake4j.cli.bench;

import io.mooncake4j.cli.setup.ByteCount;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads numbers as gflags does: decimal, or hexadecimal behind {@code 0x}. */
final class FlagNumbers {
  private static final Pattern HEXADECIMAL = Pattern.compile("[+-]?0[xX][0-9a-fA-F]+");

  private FlagNumbers() {}

  /** Counts: 32 bits, as C++ declares them. */
  static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        return HEXADECIMAL.matcher(text).matches()
            ? Integer.decode(text)
            : Integer.valueOf(text.strip());
      } catch (NumberFormatException e) {
        throw new TypeConversionException(
            "\"" + text + "\" is not a whole number in -2147483648 to 2147483647");
      }
    }
  }

  /** Sizes: what gflags takes, and units behind the number. */
  static final class Bytes implements ITypeConverter<Long> {
    private static final ByteCount DECIMAL = new ByteCount();

    @Override
    public Long convert(String text) {
      if (!HEXADECIMAL.matcher(text).matches()) {
        return DECIMAL.convert(text);
      }
      try {
        return Long.decode(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("\"" + text + "\" is 2^63 bytes or more");
      }
    }
  }
}
