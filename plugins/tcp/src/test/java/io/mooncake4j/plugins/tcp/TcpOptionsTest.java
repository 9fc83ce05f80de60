package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.config.EnvironmentAlias;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.NetworkOptions;
import io.mooncake4j.testkit.TestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defaults, every key, and what is refused. */
class TcpOptionsTest {
  private static final Map<String, String> EVERY_KEY =
      Map.ofEntries(
          Map.entry("mooncake.tcp.connections", "3"),
          Map.entry("mooncake.tcp.pipeline-depth", "17"),
          Map.entry("mooncake.tcp.pipeline-bytes", "1m"),
          Map.entry("mooncake.tcp.local-pipeline-bytes", "2m"),
          Map.entry("mooncake.tcp.merge-bytes", "32k"),
          Map.entry("mooncake.tcp.max-queued-slices", "100"),
          Map.entry("mooncake.tcp.slice-bytes", "64k"),
          Map.entry("mooncake.tcp.protocol-version", "1"),
          Map.entry("mooncake.tcp.confirm-v1-writes", "false"),
          Map.entry("mooncake.tcp.status-timeout", "7s"),
          Map.entry("mooncake.tcp.stall-timeout", "8s"),
          Map.entry("mooncake.tcp.connect-timeout", "250ms"),
          Map.entry("mooncake.tcp.cool-down", "0s"),
          Map.entry("mooncake.tcp.idle-timeout", "1m"),
          Map.entry("mooncake.tcp.max-server-connections", "9"),
          Map.entry("mooncake.tcp.backlog", "10"),
          Map.entry("mooncake.tcp.send-buffer-bytes", "11k"),
          Map.entry("mooncake.tcp.receive-buffer-bytes", "12k"));

  private static Options options(Map<String, String> texts) {
    List<Option<?>> declared = new ArrayList<>(NetworkOptions.all());
    declared.addAll(new TcpTransportProvider().describe().options());
    return TestOptions.of(declared, texts);
  }

  private static long nanos(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void defaults() {
    assertThat(TcpOptions.of(options(Map.of())))
        .isEqualTo(
            new TcpOptions(
                2,
                256,
                8 << 20,
                512 << 10,
                256 << 10,
                65536,
                256 << 10,
                2,
                true,
                nanos(30),
                nanos(30),
                nanos(5),
                Duration.ofMillis(200).toNanos(),
                nanos(300),
                1024,
                1024,
                0,
                0,
                100_000,
                false));
  }

  @Test
  void everyKeyIsRead() {
    Map<String, String> texts = new HashMap<>(EVERY_KEY);
    texts.put(NetworkOptions.IPV6.key(), "true");
    texts.put(NetworkOptions.BUSY_POLL.key(), "30us");
    assertThat(TcpOptions.of(options(texts)))
        .isEqualTo(
            new TcpOptions(
                3,
                17,
                1 << 20,
                2 << 20,
                32 << 10,
                100,
                64 << 10,
                1,
                false,
                nanos(7),
                nanos(8),
                Duration.ofMillis(250).toNanos(),
                0,
                nanos(60),
                9,
                10,
                11 << 10,
                12 << 10,
                30_000,
                true));
    assertThat(new TcpTransportProvider().describe().options())
        .extracting(Option::key)
        .containsExactlyInAnyOrderElementsOf(EVERY_KEY.keySet());
  }

  @ParameterizedTest
  @CsvSource({
    "mooncake.tcp.connections, 0",
    "mooncake.tcp.connections, 17",
    "mooncake.tcp.pipeline-depth, 0",
    "mooncake.tcp.pipeline-bytes, 1",
    "mooncake.tcp.merge-bytes, 17m",
    "mooncake.tcp.max-queued-slices, 1",
    "mooncake.tcp.slice-bytes, 2g",
    "mooncake.tcp.protocol-version, 3",
    "mooncake.tcp.confirm-v1-writes, maybe",
    "mooncake.tcp.status-timeout, 0s",
    "mooncake.tcp.stall-timeout, 30",
    "mooncake.tcp.connect-timeout, 0s",
    "mooncake.tcp.idle-timeout, 0s",
    "mooncake.tcp.cool-down, -1s",
    "mooncake.tcp.max-server-connections, 0",
    "mooncake.tcp.backlog, 0",
    "mooncake.tcp.send-buffer-bytes, 2g",
    "mooncake.tcp.receive-buffer-bytes, -1"
  })
  void impossibleValuesAreRefused(String key, String text) {
    assertThatThrownBy(() -> options(Map.of(key, text)))
        .hasStackTraceContaining("IllegalArgumentException");
  }

  @Test
  void variablesOfCpp() {
    assertThat(aliases(TcpOptions.CONNECTIONS))
        .containsExactly("MC_TCP_LANES_PER_PEER", "MC_TCP_MAX_CONNECTIONS_PER_PEER");
    assertThat(aliases(TcpOptions.PROTOCOL_VERSION)).containsExactly("MC_TCP_PROTO");
    assertThat(aliases(TcpOptions.STATUS_TIMEOUT)).containsExactly("MC_TCP_STATUS_TIMEOUT_SEC");
    assertThat(TcpOptions.STATUS_TIMEOUT.aliases().get(0).unit()).isEqualTo("s");
  }

  private static List<String> aliases(Option<?> option) {
    return option.aliases().stream().map(EnvironmentAlias::variable).toList();
  }
}
