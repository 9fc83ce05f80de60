package io.mooncake4j.cli.cmake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ProcessEnvironment;
import io.mooncake4j.core.options.ResolvedOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CMake's words become properties, or are refused. */
class BuildOptionsTest {
  private static BuildOptions options(String... words) {
    BuildOptions.Builder builder = new BuildOptions.Builder();
    for (String word : words) {
      int equals = word.indexOf('=');
      builder.add(word.substring(0, equals), word.substring(equals + 1));
    }
    return builder.build();
  }

  private static ResolvedOptions properties(String required, String disabled) {
    return new OptionResolver(
            Optional.empty(),
            ProcessEnvironment.of(
                Map.of("MOONCAKE4J_PLUGINS_REQUIRED", required),
                Map.of("mooncake.plugins.disabled", disabled)),
            Map.of())
        .resolveCore();
  }

  private static final ResolvedOptions NOTHING = properties("", "");

  private static void assertRefused(
      ErrorCode code, ResolvedOptions properties, String message, String... words) {
    assertThatThrownBy(() -> options(words).properties(properties))
        .isInstanceOfSatisfying(MooncakeException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ON", "on", "1", "TRUE", "True", "YES", " yes ", "Y", "y"})
  void wordsForOn(String word) {
    assertThat(options("USE_CUDA=" + word).asked()).isEqualTo(Map.of(BuildOption.USE_CUDA, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"OFF", "off", "0", "FALSE", "NO", "no", "N"})
  void wordsForOff(String word) {
    assertThat(options("USE_CUDA=" + word).asked()).isEqualTo(Map.of(BuildOption.USE_CUDA, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "-1", "perhaps", "ON OFF", "t"})
  void otherWordsAreRefused(String word) {
    assertRefused(
        ErrorCode.OPTION,
        NOTHING,
        "USE_CUDA=" + word + " is neither ON nor OFF",
        "USE_CUDA=" + word);
  }

  @Test
  void keysInCapitalsAreOptionsOfCmake() {
    assertThat(List.of("USE_CUDA", "USE_CUDA:BOOL", "CMAKE_BUILD_TYPE", "FOO"))
        .allMatch(BuildOptions::isOne);
    assertThat(List.of("mooncake.name", "use_cuda", "Foo", "", "USE-CUDA", "1USE"))
        .noneMatch(BuildOptions::isOne);
    assertThat(options("USE_CUDA:BOOL=ON").word(BuildOption.USE_CUDA)).isEqualTo("USE_CUDA=ON");
  }

  @Test
  void theOtherSpellingOfAnOptionIsTheSameOption() {
    assertThat(options("BUILD_WITH_EP=0").asked()).isEqualTo(Map.of(BuildOption.WITH_EP, false));
    assertRefused(ErrorCode.NOT_IMPLEMENTED, NOTHING, "WITH_EP=ON is refused", "BUILD_WITH_EP=1");
    assertRefused(
        ErrorCode.OPTION,
        NOTHING,
        "WITH_EP is given both ON and OFF",
        "BUILD_WITH_EP=1",
        "WITH_EP=OFF");
  }

  @Test
  void unknownOnesAreRefusedNamingTheNearest() {
    assertRefused(ErrorCode.OPTION, NOTHING, "USE_EETCD is no option", "USE_EETCD=ON");
    assertRefused(ErrorCode.OPTION, NOTHING, "near to it are USE_ETCD", "USE_EETCD=ON");
    assertRefused(
        ErrorCode.OPTION,
        NOTHING,
        "CMAKE_BUILD_TYPE is no option of C++ Mooncake's build; docs/build-options.md lists all",
        "CMAKE_BUILD_TYPE=Release");
  }

  @Test
  void pluginsAreAddedToWhatOtherSourcesSay() {
    assertThat(
            options("USE_ETCD=ON", "USE_CUDA=ON", "USE_HIP=OFF", "USE_HTTP=OFF", "WITH_TE=ON")
                .properties(properties("tcp,cuda", "rdma")))
        .isEqualTo(
            Map.of(
                "mooncake.plugins.required", "tcp,cuda,metadata-etcd",
                "mooncake.plugins.disabled", "rdma,hip,metadata-http"));
    assertThat(options("USE_REDIS=ON").properties(NOTHING))
        .isEqualTo(Map.of("mooncake.plugins.required", "metadata-redis"));
    assertThat(options("BUILD_UNIT_TESTS=OFF", "WITH_STORE=OFF").properties(NOTHING)).isEmpty();
    assertThat(options().isEmpty()).isTrue();
  }

  @Test
  void contradictionsAreRefused() {
    assertRefused(
        ErrorCode.OPTION,
        NOTHING,
        "USE_ETCD is given both ON and OFF",
        "USE_ETCD=ON",
        "USE_ETCD=OFF",
        "USE_ETCD=ON");
    assertRefused(
        ErrorCode.OPTION,
        properties("", "cuda"),
        "USE_CUDA=ON contradicts mooncake.plugins.disabled=cuda"
            + " (system property -Dmooncake.plugins.disabled)",
        "USE_CUDA=ON");
    assertRefused(
        ErrorCode.OPTION,
        properties("hip", ""),
        "USE_HIP=OFF contradicts mooncake.plugins.required=hip"
            + " (environment variable MOONCAKE4J_PLUGINS_REQUIRED)",
        "USE_HIP=OFF");
    assertThat(options("USE_ETCD=ON", "USE_ETCD=1").problems()).isEmpty();
  }

  @Test
  void whatThisReleaseCannotGiveIsRefused() {
    assertRefused(
        ErrorCode.NOT_IMPLEMENTED,
        NOTHING,
        "WITH_STORE=ON is refused: not in this release: the object store (docs/roadmap.md)",
        "WITH_STORE=ON");
    assertRefused(
        ErrorCode.NOT_IMPLEMENTED,
        NOTHING,
        "WITH_TE=OFF is refused: cannot be left out",
        "WITH_TE=OFF");
  }

  @Test
  void everyOptionCanBeHadOnOrOff() {
    for (BuildOption option : BuildOption.values()) {
      assertThat(option.effect().allows(true) || option.effect().allows(false)).isTrue();
      assertThat(option.meaning()).isNotBlank();
      assertThat(option.effect().subject()).isNotBlank();
      assertThat(BuildOptions.isOne(option.name())).isTrue();
    }
  }
}
