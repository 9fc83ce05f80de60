package io.mooncake4j.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class ByteCountTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "12345678, 12.3 MB",
    "8000000000, 8.0 GB",
    "9223372036854775807, 9223372.0 TB"
  })
  void writesSizesForPeople(long bytes, String text) {
    assertThat(ByteCount.text(bytes)).isEqualTo(text);
  }

  @Test
  void writesRates() {
    assertThat(ByteCount.rate(2_500_000_000L, 1_000_000_000L)).isEqualTo("2.50 GB/s");
    assertThat(ByteCount.rate(1, 0)).isEqualTo("1.00 GB/s");
  }

  @ParameterizedTest
  @CsvSource({"65536, 65536", "64k, 65536", "1G, 1073741824"})
  void readsPlainNumbersAndUnits(String text, long bytes) {
    assertThat(new ByteCount().convert(text)).isEqualTo(bytes);
  }

  @Test
  void refusesOtherTextWithWhatIsValid() {
    assertThatThrownBy(() -> new ByteCount().convert("many"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("\"many\" is not a number of bytes, such as 65536, 64k or 1g");
  }
}
