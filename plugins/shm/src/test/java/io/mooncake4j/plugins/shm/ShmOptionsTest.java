package io.mooncake4j.plugins.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.config.Option;
import io.mooncake4j.config.Options;
import io.mooncake4j.testkit.TestOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defaults, every key, and what is refused. */
class ShmOptionsTest {
  private static final Map<String, String> EVERY_KEY =
      Map.ofEntries(
          Map.entry("mooncake.shm.slice-bytes", "64k"),
          Map.entry("mooncake.shm.inline-bytes", "0"),
          Map.entry("mooncake.shm.copy-threads", "3"),
          Map.entry("mooncake.shm.max-queued-slices", "100"),
          Map.entry("mooncake.shm.spin", "2ms"),
          Map.entry("mooncake.shm.max-peers", "7"),
          Map.entry("mooncake.shm.max-mappings", "9"),
          Map.entry("mooncake.shm.sweep-interval", "250ms"),
          Map.entry("mooncake.shm.process-vm", "true"));

  private static Options options(Map<String, String> texts) {
    return TestOptions.of(new ShmTransportProvider().describe().options(), texts);
  }

  @Test
  void defaults() {
    assertThat(ShmOptions.of(options(Map.of())))
        .isEqualTo(
            new ShmOptions(
                1 << 20, 1 << 20, 0, 65536, 0, 256, 1024, Duration.ofSeconds(1).toNanos(), false));
  }

  @Test
  void everyKeyIsRead() {
    assertThat(ShmOptions.of(options(EVERY_KEY)))
        .isEqualTo(
            new ShmOptions(
                64 << 10, 0, 3, 100, 2_000_000, 7, 9, Duration.ofMillis(250).toNanos(), true));
    assertThat(new ShmTransportProvider().describe().options())
        .extracting(Option::key)
        .containsExactlyInAnyOrderElementsOf(EVERY_KEY.keySet());
  }

  @ParameterizedTest
  @CsvSource({
    "mooncake.shm.slice-bytes, 1k",
    "mooncake.shm.slice-bytes, 2g",
    "mooncake.shm.inline-bytes, -1",
    "mooncake.shm.copy-threads, 65",
    "mooncake.shm.max-queued-slices, 0",
    "mooncake.shm.spin, 2s",
    "mooncake.shm.max-peers, 0",
    "mooncake.shm.max-mappings, 0",
    "mooncake.shm.sweep-interval, 1ms",
    "mooncake.shm.process-vm, maybe"
  })
  void impossibleValuesAreRefused(String key, String text) {
    assertThatThrownBy(() -> options(Map.of(key, text)))
        .hasStackTraceContaining("IllegalArgumentException");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "8, 4", "64, 4"})
  void copyThreadsGoByProcessors(int processors, int threads) {
    assertThat(ShmOptions.of(options(Map.of())).effectiveCopyThreads(processors))
        .isEqualTo(threads);
    assertThat(ShmOptions.of(options(EVERY_KEY)).effectiveCopyThreads(processors)).isEqualTo(3);
  }
}
