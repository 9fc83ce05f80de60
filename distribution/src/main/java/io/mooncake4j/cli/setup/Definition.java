package io.mooncake4j.cli.setup;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One {@code -D KEY=VALUE} of a command line. All of them are kept, in order, so that one given
 * twice with different values can be told from one given once.
 *
 * @param key what is set
 * @param value to what, possibly empty
 */
record Definition(String key, String value) {
  /** Reads the word behind {@code -D}. */
  static final class Reader implements ITypeConverter<Definition> {
    @Override
    public Definition convert(String word) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new TypeConversionException("should be in KEY=VALUE format but was " + word);
      }
      return new Definition(word.substring(0, equals), word.substring(equals + 1));
    }
  }

  @Override
  public String toString() {
    return key + "=" + value;
  }
}
