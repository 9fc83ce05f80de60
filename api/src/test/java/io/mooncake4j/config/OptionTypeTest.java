package io.mooncake4j.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTypeTest {
  private enum Order {
    FIFO,
    LAST_IN
  }

  private static final OptionType<Order> ORDER = OptionType.choice(Order.class);

  @Test
  void textIsTakenAsItIs() {
    assertThat(OptionType.TEXT.parse(" a, b ")).isEqualTo(" a, b ");
    assertThat(OptionType.TEXT.format(" a, b ")).isEqualTo(" a, b ");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "' 42 ', 42", "-7, -7", "+7, 7", "2147483647, 2147483647"})
  void integers(String text, int value) {
    assertThat(OptionType.INTEGER.parse(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1.5", "2147483648", "0x10", "1 2"})
  void wrongIntegers(String text) {
    assertRefused(OptionType.INTEGER, text, "it is not a whole number");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "' TRUE ', true", "false, false"})
  void truthValues(String text, boolean value) {
    assertThat(OptionType.BOOLEAN.parse(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "yes", "on", "truee"})
  void wrongTruthValues(String text) {
    assertRefused(OptionType.BOOLEAN, text, "neither true nor false");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "65536, 65536",
    "64k, 65536",
    "64K, 65536",
    "' 1 m ', 1048576",
    "1g, 1073741824",
    "8388607t, 9223370937343148032",
  })
  void bytes(String text, long value) {
    assertThat(OptionType.BYTES.parse(text)).isEqualTo(value);
    assertThat(OptionType.BYTES.parse(OptionType.BYTES.format(value))).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "8388608t, it is not a bytes",
    "9223372036854775808, it is not a bytes",
    "'', it is not a bytes",
    "k, it is not a bytes",
    "1.5k, it is not a bytes",
    "1kb, is no unit",
    "5s, is no unit",
  })
  void wrongBytes(String text, String words) {
    assertRefused(OptionType.BYTES, text, words);
  }

  @ParameterizedTest
  @CsvSource({
    "70us, 70",
    "250ms, 250000",
    "0s, 0",
    "5s, 5000000",
    "2 m, 120000000",
    "1H, 3600000000"
  })
  void durations(String text, long micros) {
    Duration value = Duration.of(micros, ChronoUnit.MICROS);
    assertThat(OptionType.DURATION.parse(text)).isEqualTo(value);
    assertThat(OptionType.DURATION.parse(OptionType.DURATION.format(value))).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "5, it has no unit",
    "'', it has no unit",
    "5d, is no unit",
    "s, it is not a duration",
    "9223372036854775807h, it is not a duration",
  })
  void wrongDurations(String text, String words) {
    assertRefused(OptionType.DURATION, text, words);
  }

  @Test
  void lists() {
    assertThat(OptionType.LIST.parse(" a ,b,, c d ")).containsExactly("a", "b", "c d");
    assertThat(OptionType.LIST.parse("")).isEmpty();
    assertThat(OptionType.LIST.parse(" , ")).isEmpty();
    assertThat(OptionType.LIST.format(List.of("a", "b"))).isEqualTo("a,b");
  }

  @Test
  void choices() {
    assertThat(ORDER.parse(" last-in ")).isEqualTo(Order.LAST_IN);
    assertThat(ORDER.parse("FIFO")).isEqualTo(Order.FIFO);
    assertThat(ORDER.format(Order.LAST_IN)).isEqualTo("last-in");
    assertThat(ORDER.description()).isEqualTo("one of fifo, last-in");
    assertRefused(ORDER, "last_in", "it is not one of fifo, last-in");
    assertRefused(ORDER, "", "it is not one of fifo, last-in");
  }

  private static void assertRefused(OptionType<?> type, String text, String words) {
    assertThatThrownBy(() -> type.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
