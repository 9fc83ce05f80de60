package io.mooncake4j.core.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "node1:15321,node1,15321",
    "node1,node1,12001",
    "10.0.0.5:80,10.0.0.5,80",
    "::1,::1,12001",
    "[::1],::1,12001",
    "[::1]:15001,::1,15001",
    "fe80::1:1500,fe80::1:1500,12001",
    "fe80::1:15001,fe80::1,15001",
    "fe80::1%eth0,fe80::1%eth0,12001",
    "fe80::1%eth0:15001,fe80::1%eth0,15001",
    "[fe80::1%eth0]:15001,fe80::1%eth0,15001",
    "1:2:3:4:5:6:7:8,1:2:3:4:5:6:7:8,12001",
    "[::ffff:10.0.0.1]:1,::ffff:10.0.0.1,1",
    "node:0,node,0",
    "node:65535,node,65535",
    "a:b:15,a:b,15",
  })
  void readsEveryForm(String text, String host, int port) {
    HostPort.Parsed parsed = HostPort.parse(text, HostPort.DEFAULT_PORT);

    assertThat(parsed.value()).isEqualTo(new HostPort(host, port));
    assertThat(parsed.warning()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"node:", "node:65536", "node:-1", "node:x1", "node:1x", "node:99999999999"})
  void replacesAPortThatIsNoneWithAWarning(String text) {
    HostPort.Parsed parsed = HostPort.parse(text, 7);

    assertThat(parsed.value()).isEqualTo(new HostPort("node", 7));
    assertThat(parsed.warning()).hasValueSatisfying(warning -> assertThat(warning).contains(text));
  }

  @Test
  void replacesAPortBehindBracketsThatIsNone() {
    assertThat(HostPort.parse("[::1]x", 7).value()).isEqualTo(new HostPort("::1", 7));
    assertThat(HostPort.parse("[::1]:", 7).warning()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":1",
        "node:",
        "node:0",
        "node:65536",
        "a:b:15",
        "[node]:1",
        "[::1",
        "[::1]x",
        "[]:1",
        "1:2:3:4:5:6:7:8:9:1"
      })
  void strictlyRefusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> HostPort.parseStrict(text, 7))
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining("\"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"node1:15321", "10.0.0.5:80", "[::1]:15001", "[fe80::1%eth0]:1"})
  void writesWhatItReads(String text) {
    assertThat(HostPort.parseStrict(text, 7).format()).isEqualTo(text);
    assertThat(HostPort.parse(text, 7).value().format()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "::1.2.3.4", "FE80::a%1"})
  void knowsIpv6(String text) {
    assertThat(Ipv6Literal.isValid(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "12345::",
        "::g",
        "::1.2.3",
        "::1.2.3.256",
        "1.2.3.4::",
        "1:2:3:4:5:6:7::8:9",
        "::1%",
        "localhost",
        "1.2.3.4"
      })
  void knowsWhatIsNoIpv6(String text) {
    assertThat(Ipv6Literal.isValid(text)).isFalse();
  }
}
