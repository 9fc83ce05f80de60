package io.mooncake4j.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ListenAddressTest {
  private final ListenAddress addresses = new ListenAddress();

  @ParameterizedTest
  @CsvSource({
    "9100, 127.0.0.1, 9100",
    "0, 127.0.0.1, 0",
    "0.0.0.0:65535, 0.0.0.0, 65535",
    "[::1]:1, 0:0:0:0:0:0:0:1, 1"
  })
  void hostAndPort(String text, String host, int port) {
    InetSocketAddress address = addresses.convert(text);
    assertThat(address.getAddress().getHostAddress()).isEqualTo(host);
    assertThat(address.getPort()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", ":9100", "host", "host:", "1:2:3", "::1:80", "-1", "65536", "x:y"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> addresses.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("\"" + text + "\" is no [HOST:]PORT, such as 9100");
  }

  @Test
  void anUnknownHostIsLeftToTheListener() {
    assertThat(addresses.convert("no-such-host.invalid:1").isUnresolved()).isTrue();
  }
}
