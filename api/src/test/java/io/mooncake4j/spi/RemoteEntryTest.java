package io.mooncake4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteEntryTest {
  @ParameterizedTest
  @CsvSource({
    // an ordinary entry
    "1000, 100, 1000, 100, true",
    "1000, 100, 1000, 101, false",
    "1000, 100, 999, 1, false",
    "1000, 100, 1099, 1, true",
    "1000, 100, 1100, 0, true",
    "1000, 100, 1100, 1, false",
    "1000, 100, 1050, -1, false",
    "1000, 100, 1000, 0, true",
    // addresses from zero, as file offsets
    "0, 100, 0, 100, true",
    "0, 100, -1, 1, false",
    // an entry above 2^63, up to the last address
    "-100, 100, -100, 100, true",
    "-100, 100, -1, 1, true",
    "-100, 100, -1, 2, false",
    "-100, 100, -101, 1, false",
    "-100, 100, 5, 1, false",
    // an entry that spans 2^63
    "9223372036854775807, 10, 9223372036854775807, 10, true",
    "9223372036854775807, 10, -9223372036854775808, 9, true",
    "9223372036854775807, 10, -9223372036854775808, 10, false",
    // lengths that would overflow a signed sum
    "1000, 9223372036854775807, 1000, 9223372036854775807, true",
    "1000, 9223372036854775807, 1001, 9223372036854775807, false",
    "1000, 100, 1001, 9223372036854775807, false",
  })
  void coversRangesThatLieInside(
      String address, String length, String start, String bytes, boolean expected) {
    RemoteEntry entry =
        new RemoteEntry(
            "e", Long.parseLong(address), Long.parseLong(length), Attributes.emptyMap());
    assertThat(entry.covers(Long.parseLong(start), Long.parseLong(bytes))).isEqualTo(expected);
  }
}
