package io.mooncake4j.plugins.metadata.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.Options;
import io.mooncake4j.testkit.TestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Defaults, every key, and what is refused. */
class HttpOptionsTest {
  private static final Map<String, String> EVERY_KEY =
      Map.of(
          "mooncake.http.connect-timeout", "250ms",
          "mooncake.http.timeout", "7s",
          "mooncake.http.max-record-bytes", "2m",
          "mooncake.http.proxy", " proxy:3128 ",
          "mooncake.http.ca-file", "/etc/ca.pem",
          "mooncake.http.user", "alice",
          "mooncake.http.password", "pass word ");

  private static Options options(Map<String, String> texts) {
    return TestOptions.of(new HttpStoreProvider().describe().options(), texts);
  }

  @Test
  void defaults() {
    assertThat(HttpOptions.of(options(Map.of())))
        .isEqualTo(
            new HttpOptions(
                Duration.ofMillis(1500), Duration.ofSeconds(3), 64L << 20, "", "", "", ""));
  }

  @Test
  void everyKeyIsRead() {
    assertThat(HttpOptions.of(options(EVERY_KEY)))
        .isEqualTo(
            new HttpOptions(
                Duration.ofMillis(250),
                Duration.ofSeconds(7),
                2L << 20,
                "proxy:3128",
                "/etc/ca.pem",
                "alice",
                "pass word "));
    assertThat(new HttpStoreProvider().describe().options())
        .extracting(Option::key)
        .containsExactlyInAnyOrderElementsOf(EVERY_KEY.keySet());
  }

  @Test
  void thePasswordIsASecret() {
    assertThat(HttpOptions.PASSWORD.secret()).isTrue();
    assertThat(HttpOptions.of(options(EVERY_KEY)).toString()).doesNotContain("pass word");
  }

  @ParameterizedTest
  @CsvSource({
    "mooncake.http.connect-timeout, 0s",
    "mooncake.http.timeout, 3",
    "mooncake.http.timeout, 2h",
    "mooncake.http.max-record-bytes, 1",
    "mooncake.http.max-record-bytes, 2g",
  })
  void impossibleValuesAreRefused(String key, String text) {
    assertThatThrownBy(() -> options(Map.of(key, text)))
        .hasStackTraceContaining("IllegalArgumentException");
  }

  @ParameterizedTest
  @CsvSource({
    "mooncake.http.proxy, proxy",
    "mooncake.http.proxy, proxy:0",
    "mooncake.http.proxy, proxy:70000",
    "mooncake.http.proxy, socks5://proxy:1080",
    "mooncake.http.proxy, user:word@proxy:80",
    "mooncake.http.ca-file, /does/not/exist",
    "mooncake.http.password, word",
  })
  void valuesThatCannotWorkAreRefusedByTheirKey(String key, String text) {
    assertRefused(key, "http://localhost/metadata", Map.of(key, text));
  }

  @Test
  void aFileWithoutCertificatesIsRefused(@TempDir Path folder) throws Exception {
    String file = Files.writeString(folder.resolve("ca.pem"), "no certificate").toString();

    assertRefused(file, "https://localhost/", Map.of("mooncake.http.ca-file", file));
  }

  @Test
  void twoUsersAreRefusedWithoutShowingAPassword() {
    assertThatThrownBy(
            () ->
                new HttpStoreProvider()
                    .create("http://bob:hush@localhost/", options(EVERY_KEY))
                    .close())
        .hasMessageContaining("mooncake.http.user")
        .hasMessageNotContainingAny("hush", "pass word");
  }

  private static void assertRefused(String words, String connection, Map<String, String> texts) {
    assertThatThrownBy(() -> new HttpStoreProvider().create(connection, options(texts)).close())
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPTION))
        .hasMessageContaining(words);
  }
}
