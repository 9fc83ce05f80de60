package io.mooncake4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* | * | true",
        "cpu:0 | cpu | true",
        "cpu:12 | cpu | true",
        "cuda:1 | cuda | false",
        "segments:4096:0,1 | segments | true",
        "segments:2097152:0 | segments | true",
        "npu_x:0 | npu_x | false",
      })
  void kindsAreRead(String text, String kind, boolean host) {
    Location location = new Location(text);
    assertThat(location.kind()).isEqualTo(kind);
    assertThat(location.isHost()).isEqualTo(host);
    assertThat(location).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "cpu",
        "cpu:",
        "cpu:x",
        "CPU:0",
        "cpu:-1",
        "cpu:0 ",
        "**",
        ":0",
        "cpu:0:",
        "cpu:0:1,",
        "segments:4096:0,,1",
        "0:cpu",
      })
  void whatIsNoLocationIsRefused(String text) {
    assertThatThrownBy(() -> new Location(text))
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("\"" + text + "\" is no memory location");
  }

  @Test
  void equalityIsByText() {
    assertThat(Location.cpu(0)).isEqualTo(new Location("cpu:0"));
    assertThat(Location.ANY).isEqualTo(new Location("*"));
    assertThatThrownBy(() -> new Location(null)).isInstanceOf(NullPointerException.class);
  }
}
