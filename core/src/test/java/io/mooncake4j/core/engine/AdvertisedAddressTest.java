package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.NetworkOptions;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdvertisedAddressTest {
  private record FixedOptions(Map<Option<?>, String> texts) implements Options {
    @Override
    public <T> T get(Option<T> option) {
      String text = texts.get(option);
      return text == null ? option.defaultValue() : option.parse(text);
    }

    @Override
    public boolean isSet(Option<?> option) {
      return texts.containsKey(option);
    }
  }

  private static String choose(Map<Option<?>, String> texts, String nameHost) {
    return AdvertisedAddress.choose(new FixedOptions(texts), nameHost);
  }

  @Test
  void theExplicitAddressWinsOverTheName() {
    assertThat(choose(Map.of(NetworkOptions.ADVERTISED_ADDRESS, "10.1.2.3"), "node1"))
        .isEqualTo("10.1.2.3");
    assertThat(choose(Map.of(), "node1")).isEqualTo("node1");
    assertThat(choose(Map.of(), "127.0.0.1")).isEqualTo("127.0.0.1");
    assertThat(choose(Map.of(), "fe80::1")).isEqualTo("fe80::1");
  }

  @Test
  void theBindAddressIsToldUnlessItIsAllOfThem() {
    assertThat(choose(Map.of(NetworkOptions.BIND_ADDRESS, "127.0.0.1"), "")).isEqualTo("127.0.0.1");
    assertThat(choose(Map.of(NetworkOptions.BIND_ADDRESS, "127.0.0.1"), "node1"))
        .isEqualTo("node1");
    assertThat(
            choose(
                Map.of(
                    NetworkOptions.BIND_ADDRESS, "0.0.0.0",
                    NetworkOptions.INTERFACES, "127.0.0.0/8"),
                ""))
        .isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST", "0.0.0.0", "::", "224.0.0.1", "ff02::1"})
  void addressesThatNoPeerCanReachAreRefused(String host) {
    assertThatThrownBy(() -> choose(Map.of(), host))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("mooncake.name=" + host)
        .extracting(e -> ((MooncakeException) e).code())
        .isEqualTo(ErrorCode.OPTION);
  }

  @Test
  void theInterfaceFilterChooses() throws Exception {
    String loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress()).getName();

    assertThat(choose(Map.of(NetworkOptions.INTERFACES, loopback), "")).isEqualTo("127.0.0.1");
    assertThat(choose(Map.of(NetworkOptions.INTERFACES, "127.0.0.0/8"), "")).isEqualTo("127.0.0.1");
    assertThatThrownBy(() -> choose(Map.of(NetworkOptions.INTERFACES, "203.0.113.0/24"), ""))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("203.0.113.0/24");
    assertThatThrownBy(() -> choose(Map.of(NetworkOptions.INTERFACES, "127.0.0.0/x"), ""))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("is no network");
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.0.0.0/8, true",
    "11.1.2.3, 10.0.0.0/8, false",
    "192.168.17.1, 192.168.16.0/23, true",
    "192.168.18.1, 192.168.16.0/23, false",
    "10.1.2.3, 0.0.0.0/0, true",
    "10.1.2.3, eth0, false",
    "fd00::1, fd00::/8, true",
    "fd00::1, 10.0.0.0/8, false"
  })
  void networksAreComparedBitByBit(String address, String network, boolean inside)
      throws Exception {
    assertThat(AdvertisedAddress.inNetwork(InetAddress.getByName(address), network))
        .isEqualTo(inside);
  }
}
