package io.mooncake4j.core.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.config.EnvironmentAlias;
import io.mooncake4j.config.EnvironmentAlias.Rule;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.spi.NetworkOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentAliasesTest {
  private static final Option<Boolean> POOL =
      Option.of("mooncake.wire.pool", OptionType.BOOLEAN, false, "Pool.")
          .alias(EnvironmentAlias.of("MC_POOL", Rule.NOT_FALSE));
  private static final Option<Boolean> METRIC =
      Option.of("mooncake.wire.metric", OptionType.BOOLEAN, false, "Metric.")
          .alias(EnvironmentAlias.of("MC_METRIC", Rule.TRUE_WORDS));
  private static final Option<Integer> COUNT =
      Option.of("mooncake.wire.count", OptionType.INTEGER, 7, "Count.")
          .range(-5, 1000)
          .alias(EnvironmentAlias.of("MC_COUNT", Rule.NUMBER))
          .alias(EnvironmentAlias.of("MC_OLD_COUNT", Rule.NUMBER));
  private static final Option<Long> SECRET_SIZE =
      Option.of("mooncake.wire.size", OptionType.BYTES, 1L, "Size.")
          .asSecret()
          .alias(EnvironmentAlias.of("MC_SIZE", Rule.TEXT));
  private static final Option<Integer> RAISED =
      Option.of("mooncake.wire.raised", OptionType.INTEGER, 50, "Raised.")
          .range(10, 100)
          .alias(EnvironmentAlias.of("MC_RAISED", Rule.NUMBER).raisedTo(20));
  private static final DeclaredOptions DECLARED =
      DeclaredOptions.core().with("wire", List.of(POOL, METRIC, COUNT, SECRET_SIZE, RAISED));

  @ParameterizedTest
  @CsvSource({
    "'1', true",
    "'0', true",
    "'', true",
    "'false', true",
    "'anything', true",
  })
  void presenceIsEnough(String text, boolean expected) {
    assertThat(resolve(Map.of("MC_USE_IPV6", text)).get(NetworkOptions.IPV6)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'', true",
    "1, true",
    "yes, true",
    "0, false",
    "false, false",
    "no, false",
    "False, true",
    "off, true",
    "00, true",
  })
  void anythingButThreeWordsIsTrue(String text, boolean expected) {
    assertThat(resolve(Map.of("MC_POOL", text)).get(POOL)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, true",
    "TRUE, true",
    "Yes, true",
    "on, true",
    "'', false",
    "0, false",
    "2, false",
    "enable, false",
  })
  void fourWordsAreTrue(String text, boolean expected) {
    ResolvedOptions options = resolve(Map.of("MC_METRIC", text));
    assertThat(options.get(METRIC)).isEqualTo(expected);
    assertThat(options.isSet(METRIC)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'42', 42", "'  42', 42", "'\t42', 42", "'+42', 42", "'-5', -5", "'42abc', 42", "'4 2', 4",
    "'abc', 0", "'', 0", "'- 5', 0", "'--5', 0", "'0x10', 0", "'010', 10", "'3.9', 3",
  })
  void numbersAreReadAsInC(String text, int expected) {
    ResolvedOptions options = resolve(Map.of("MC_COUNT", text));
    assertThat(options.get(COUNT)).isEqualTo(expected);
    assertThat(options.value(COUNT).source()).isEqualTo("environment variable MC_COUNT");
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, 9223372036854775807", "-9223372036854775808, -9223372036854775808",
    "9223372036854775808, 9223372036854775807", "-9223372036854775809, -9223372036854775808",
    "99999999999999999999999, 9223372036854775807",
  })
  void hugeNumbersStayAtTheLimits(String text, long expected) {
    assertThat(EnvironmentAliases.atoi(text)).isEqualTo(expected);
  }

  @Test
  void whatIsOutOfRangeIsIgnoredWithAWarning() {
    for (String text : List.of("-6", "1001", "99999999999", "99999999999999999999")) {
      ResolvedOptions options = resolve(Map.of("MC_COUNT", text, "MC_OLD_COUNT", "3"));
      assertThat(options.get(COUNT)).isEqualTo(7);
      assertThat(options.isSet(COUNT)).isFalse();
      assertThat(options.warnings())
          .containsExactly("MC_COUNT=" + text + " is ignored: valid is whole number, -5 to 1000");
    }
  }

  @Test
  void theFirstPresentAliasCountsAndOurOwnVariableAboveBoth() {
    assertThat(resolve(Map.of("MC_COUNT", "1", "MC_OLD_COUNT", "2")).get(COUNT)).isEqualTo(1);
    assertThat(resolve(Map.of("MC_OLD_COUNT", "2")).get(COUNT)).isEqualTo(2);
    assertThat(resolve(Map.of("MC_COUNT", "1", "MOONCAKE4J_WIRE_COUNT", "3")).get(COUNT))
        .isEqualTo(3);
  }

  @Test
  void textIsTakenAsItIs() {
    assertThat(
            resolve(Map.of("MC_METADATA_CLUSTER_ID", " a/b ")).get(CoreOptions.METADATA_CLUSTER_ID))
        .isEqualTo(" a/b ");
    ResolvedOptions options = resolve(Map.of("MC_SIZE", "topsecret"));
    assertThat(options.get(SECRET_SIZE)).isEqualTo(1);
    assertThat(options.warnings()).singleElement().asString().contains("MC_SIZE=******");
  }

  @ParameterizedTest
  @CsvSource({"60, 60", "5, 5", "4, 5", "0, 5", "-3, 5", "junk, 5", "'7s', 7"})
  void aTransferTimeoutIsAtLeastFiveSeconds(String text, int seconds) {
    assertThat(resolve(Map.of("MC_TRANSFER_TIMEOUT", text)).get(CoreOptions.TRANSFER_TIMEOUT))
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"21, 21", "20, 20", "19, 20", "-3, 20", "junk, 20", "100, 100", "101, 50"})
  void aMinimumRaisesWhatIsBelowAndTheRangeIsCheckedBehindIt(String text, int expected) {
    assertThat(resolve(Map.of("MC_RAISED", text)).get(RAISED)).isEqualTo(expected);
    assertThat(resolve(Map.of("MOONCAKE4J_WIRE_RAISED", "11")).get(RAISED)).isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource({
    "MC_HANDSHAKE_PORT, 1, 1",
    "MC_HANDSHAKE_PORT, 65535, 65535",
    "MC_HANDSHAKE_PORT, 0, 12001",
    "MC_HANDSHAKE_PORT, 65536, 12001",
    "MC_HANDSHAKE_LISTEN_BACKLOG, 0, 128",
    "MC_HANDSHAKE_LISTEN_BACKLOG, 1, 1",
    "MC_HANDSHAKE_CONNECT_TIMEOUT, 1, 1s",
    "MC_HANDSHAKE_CONNECT_TIMEOUT, 3599, 3599s",
    "MC_HANDSHAKE_CONNECT_TIMEOUT, 3600, 5s",
    "MC_HANDSHAKE_MAX_LENGTH, 1048576, 1048576",
    "MC_HANDSHAKE_MAX_LENGTH, 1048575, 1048576",
    "MC_HANDSHAKE_MAX_LENGTH, 134217728, 134217728",
    "MC_HANDSHAKE_MAX_LENGTH, 134217729, 1048576",
  })
  void handshakeLimitsAreThoseOfCpp(String variable, String text, String expected) {
    ResolvedOptions options = resolve(Map.of(variable, text));
    OptionValue<?> value =
        options.values().stream()
            .filter(
                v ->
                    v.option().aliases().stream()
                        .anyMatch(alias -> alias.variable().equals(variable)))
            .findFirst()
            .orElseThrow();
    assertThat(value.text()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 32767, true", "1024, 32768, false", "32767, 32767, true", "61000, 65535, true",
    "60999, 65535, false", "1023, 2000, false", "61000, 65536, false", "20000, 19999, false",
    "20000, 20000, true", "junk, 20000, false", "40000, 61000, false", "20000, 62000, true",
  })
  void portsCountTogetherOrNotAtAll(String lowest, String highest, boolean count) {
    ResolvedOptions options =
        resolve(Map.of("MC_MIN_RPC_PORT", lowest, "MC_MAX_RPC_PORT", highest));
    assertThat(options.isSet(NetworkOptions.MIN_PORT)).isEqualTo(count);
    assertThat(options.isSet(NetworkOptions.MAX_PORT)).isEqualTo(count);
    assertThat(options.get(NetworkOptions.MIN_PORT))
        .isEqualTo(count ? Integer.parseInt(lowest) : 15000);
    assertThat(options.get(NetworkOptions.MAX_PORT))
        .isEqualTo(count ? Integer.parseInt(highest) : 17000);
    assertThat(options.warnings()).hasSize(count ? 0 : 1);
  }

  @Test
  void onePortIsJudgedBesideTheOtherDefault() {
    assertThat(resolve(Map.of("MC_MIN_RPC_PORT", "16000")).get(NetworkOptions.MIN_PORT))
        .isEqualTo(16000);
    assertThat(resolve(Map.of("MC_MIN_RPC_PORT", "17001")).get(NetworkOptions.MIN_PORT))
        .isEqualTo(15000);
    assertThat(resolve(Map.of("MC_MAX_PRC_PORT", "16000")).get(NetworkOptions.MAX_PORT))
        .isEqualTo(16000);
  }

  private static ResolvedOptions resolve(Map<String, String> variables) {
    return new OptionResolver(
            Optional.empty(), ProcessEnvironment.of(variables, Map.of()), Map.of())
        .resolve(DECLARED);
  }
}
