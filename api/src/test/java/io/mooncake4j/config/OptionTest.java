package io.mooncake4j.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.config.EnvironmentAlias.Rule;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {
  private static final Option<Integer> LANES =
      Option.of("mooncake.tcp.lanes", OptionType.INTEGER, 4, "Lanes for each peer.");

  @Test
  void aDeclarationKeepsWhatItIsGiven() {
    assertThat(LANES.key()).isEqualTo("mooncake.tcp.lanes");
    assertThat(LANES.type()).isSameAs(OptionType.INTEGER);
    assertThat(LANES.defaultValue()).isEqualTo(4);
    assertThat(LANES.documentation()).isEqualTo("Lanes for each peer.");
    assertThat(LANES.validValues()).isEqualTo("whole number");
    assertThat(LANES.aliases()).isEmpty();
    assertThat(LANES.secret()).isFalse();
    assertThat(LANES).hasToString("mooncake.tcp.lanes");
  }

  @Test
  void rangesIncludeTheirEnds() {
    Option<Integer> ranged = LANES.range(1, 16);
    assertThat(ranged.parse("1")).isEqualTo(1);
    assertThat(ranged.parse("16")).isEqualTo(16);
    assertThat(ranged.validValues()).isEqualTo("whole number, 1 to 16");
    for (String wrong : new String[] {"0", "17", "-1"}) {
      assertThatThrownBy(() -> ranged.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("it is not in 1 to 16");
    }
    assertThat(LANES.parse("17")).isEqualTo(17);
  }

  @Test
  void rangesOfDurationsReadWell() {
    Option<Duration> option =
        Option.of("mooncake.a.b", OptionType.DURATION, Duration.ofSeconds(1), "x")
            .range(Duration.ofMillis(5), Duration.ofMinutes(1));
    assertThatThrownBy(() -> option.parse("2m")).hasMessage("it is not in 5ms to 60s");
  }

  @Test
  void theDefaultMustBeValid() {
    assertThatThrownBy(() -> LANES.range(5, 16)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void copiesKeepEverythingElse() {
    EnvironmentAlias first = EnvironmentAlias.of("MC_TCP_LANES_PER_PEER", Rule.NUMBER);
    EnvironmentAlias second = new EnvironmentAlias("MC_OLD", Rule.NUMBER, "s");
    Option<Integer> option = LANES.range(1, 16).alias(first).alias(second).asSecret();
    assertThat(option.aliases()).containsExactly(first, second);
    assertThat(option.secret()).isTrue();
    assertThat(option.validValues()).isEqualTo("whole number, 1 to 16");
    assertThat(option.defaultValue()).isEqualTo(4);
    assertThat(first.unit()).isEmpty();
    assertThat(second.unit()).isEqualTo("s");
  }

  @Test
  void aliasesOfNumbersMayHaveAMinimum() {
    EnvironmentAlias alias = new EnvironmentAlias("MC_OLD", Rule.NUMBER, "s");
    assertThat(alias.minimum()).isEmpty();
    assertThat(alias.raisedTo(5))
        .isEqualTo(new EnvironmentAlias("MC_OLD", Rule.NUMBER, "s", OptionalLong.of(5)));
    EnvironmentAlias text = EnvironmentAlias.of("MC_TEXT", Rule.TEXT);
    assertThatThrownBy(() -> text.raisedTo(5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("variable MC_TEXT has a minimum, but its rule is TEXT, not NUMBER");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mooncake",
        "mooncake.",
        "mooncake..a",
        "mooncake.A",
        "mooncake.a_b",
        "other.a",
        "mooncake.a.",
        "mooncake.a b",
      })
  void wrongKeysAreRefused(String key) {
    assertThatThrownBy(() -> Option.of(key, OptionType.TEXT, "", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("option key \"" + key + "\"");
  }

  @Test
  void nothingMayBeNull() {
    assertThatThrownBy(() -> Option.of("mooncake.a", OptionType.TEXT, null, "x"))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Option.of("mooncake.a", OptionType.TEXT, "", null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> EnvironmentAlias.of(null, Rule.TEXT))
        .isInstanceOf(NullPointerException.class);
  }
}
