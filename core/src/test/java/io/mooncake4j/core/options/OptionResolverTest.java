package io.mooncake4j.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.spi.NetworkOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionResolverTest {
  private static final Option<Integer> LANES =
      Option.of("mooncake.wire.lanes", OptionType.INTEGER, 1, "Lanes.").range(1, 16);
  private static final Option<String> PASSWORD =
      Option.of("mooncake.wire.password", OptionType.TEXT, "", "Password.").asSecret();
  private static final Option<Duration> SECRET_SPAN =
      Option.of("mooncake.wire.span", OptionType.DURATION, Duration.ZERO, "Span.").asSecret();
  private static final DeclaredOptions DECLARED =
      DeclaredOptions.core().with("wire", List.of(LANES, PASSWORD, SECRET_SPAN));

  @TempDir Path folder;

  @Test
  void laterSourcesWin() throws IOException {
    Path file = file("# lanes", "mooncake.wire.lanes=2");
    Map<String, String> variables = Map.of("MOONCAKE4J_WIRE_LANES", "3");
    Map<String, String> properties = Map.of("mooncake.wire.lanes", "4");
    Map<String, String> program = Map.of("mooncake.wire.lanes", "5");

    assertLanes(resolver(file, Map.of(), Map.of(), Map.of()), 2, file + ":2");
    assertLanes(
        resolver(file, variables, Map.of(), Map.of()),
        3,
        "environment variable MOONCAKE4J_WIRE_LANES");
    assertLanes(
        resolver(file, variables, properties, Map.of()),
        4,
        "system property -Dmooncake.wire.lanes");
    assertLanes(resolver(file, variables, properties, program), 5, "the program");
    assertLanes(resolver(null, Map.of(), Map.of(), Map.of()), 1, "default");
  }

  private static void assertLanes(OptionResolver resolver, int lanes, String source) {
    ResolvedOptions options = resolver.resolve(DECLARED);
    assertThat(options.get(LANES)).isEqualTo(lanes);
    assertThat(options.value(LANES).source()).isEqualTo(source);
    assertThat(options.isSet(LANES)).isEqualTo(!source.equals("default"));
    assertThat(options.warnings()).isEmpty();
  }

  @Test
  void unknownKeysOfKnownGroupsAreRefusedWithSourceAndNearestKey() throws IOException {
    Path file = file("", "mooncake.wire.lane = 2");
    assertRefused(
        () -> resolver(file, Map.of(), Map.of(), Map.of()).resolve(DECLARED),
        "unknown option mooncake.wire.lane (" + file + ":2); did you mean mooncake.wire.lanes?");
    assertRefused(
        () -> resolver(null, Map.of(), Map.of("mooncake.nam", "x"), Map.of()).resolve(DECLARED),
        "unknown option mooncake.nam (system property -Dmooncake.nam); did you mean mooncake.name?");
    assertRefused(
        () -> program("mooncake.transfer.nothing-like-it", "1").resolve(DECLARED),
        "unknown option mooncake.transfer.nothing-like-it (the program); remove it");
    assertRefused(
        () -> program("lanes", "1").resolve(DECLARED),
        "unknown option lanes (the program); keys begin with mooncake.");
    assertRefused(
        () -> variables(Map.of("MOONCAKE4J_WIRE_LANE", "1")).resolve(DECLARED),
        "unknown variable MOONCAKE4J_WIRE_LANE (environment variable MOONCAKE4J_WIRE_LANE);"
            + " did you mean MOONCAKE4J_WIRE_LANES?");
    assertRefused(
        () -> variables(Map.of("MOONCAKE4J_UNHEARD", "1")).resolve(DECLARED),
        "unknown variable MOONCAKE4J_UNHEARD (environment variable MOONCAKE4J_UNHEARD); remove it");
  }

  @Test
  void aTypingErrorInTheGroupIsRefused() throws IOException {
    assertRefused(
        () -> program("mooncake.trasfer.timeout", "3s").resolve(DECLARED),
        "unknown option mooncake.trasfer.timeout (the program); did you mean"
            + " mooncake.transfer.timeout?");
    assertRefused(
        () -> variables(Map.of("MOONCAKE4J_TRASFER_TIMEOUT", "3s")).resolve(DECLARED),
        "did you mean MOONCAKE4J_TRANSFER_TIMEOUT?");
    // Too short to be sure, and nothing of this name where the typing error would be.
    assertThat(program("mooncake.wira.lanes", "3").resolve(DECLARED).warnings()).hasSize(1);
    assertThat(program("mooncake.trasfer.colour", "3").resolve(DECLARED).warnings()).hasSize(1);
  }

  @Test
  void keysOfAbsentProvidersAreOneWarning() throws IOException {
    Path file = file("mooncake.absent.a=1", "mooncake.absent.b=2");
    ResolvedOptions options =
        resolver(
                file, Map.of("MOONCAKE4J_OTHER_KEY", "1"), Map.of("mooncake.gone.c", "3"), Map.of())
            .resolve(DECLARED);
    assertThat(options.warnings()).hasSize(1);
    assertThat(options.warnings().get(0))
        .contains(
            "mooncake.absent.a (" + file + ":1)",
            "mooncake.absent.b (" + file + ":2)",
            "mooncake.gone.c (system property -Dmooncake.gone.c)",
            "MOONCAKE4J_OTHER_KEY (environment)");
  }

  @Test
  void manyKeysOfAbsentProvidersAreCounted() {
    Map<String, String> program = new HashMap<>();
    for (int i = 0; i < 25; i++) {
      program.put("mooncake.absent.key-" + i, "x");
    }
    ResolvedOptions options = resolver(null, Map.of(), Map.of(), program).resolve(DECLARED);
    assertThat(options.warnings()).singleElement().asString().endsWith(" and 15 more");
  }

  @Test
  void badValuesAreRefusedWithWhatIsValid() throws IOException {
    Path file = file("mooncake.wire.lanes = 17");
    assertRefused(
        () -> resolver(file, Map.of(), Map.of(), Map.of()).resolve(DECLARED),
        "mooncake.wire.lanes=17 ("
            + file
            + ":1): it is not in 1 to 16; valid: whole number, 1 to 16");
    assertRefused(
        () -> program("mooncake.transfer.timeout", "30").resolve(DECLARED),
        "mooncake.transfer.timeout=30 (the program): it has no unit; write us, ms, s, m or h behind"
            + " the number; valid: duration, such as 250ms, 5s or 1m, 1ms to 86400s");
    assertRefused(
        () -> program("mooncake.transfer.timeout", "").resolveCore(),
        "mooncake.transfer.timeout= (the program)");
  }

  @Test
  void secretsAreNeverShown() {
    assertThatThrownBy(() -> program(SECRET_SPAN.key(), "12hunter").resolve(DECLARED))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("mooncake.wire.span=****** (the program): it is not valid")
        .hasMessageNotContaining("hunter")
        .hasNoCause();
    ResolvedOptions options = program(PASSWORD.key(), "hunter2").resolve(DECLARED);
    assertThat(options.get(PASSWORD)).isEqualTo("hunter2");
    assertThat(options.value(PASSWORD).text()).isEqualTo("******");
    assertThat(options.toString()).doesNotContain("hunter2").contains("mooncake.wire.password=***");
    assertThat(options.value(PASSWORD).toString()).doesNotContain("hunter2");
  }

  @Test
  void aPasswordInAnAddressIsNotShownEither() {
    ResolvedOptions options =
        program(CoreOptions.METADATA.key(), "http://alice:hu/n@ter2@host:8080/metadata")
            .resolveCore();
    assertThat(options.value(CoreOptions.METADATA).text())
        .isEqualTo("http://******@host:8080/metadata");
    assertThat(options.toString()).doesNotContain("alice").doesNotContain("ter2");
  }

  @Test
  void theCoreAloneIsResolvedBeforePluginsAreKnown() {
    ResolvedOptions options =
        resolver(
                null,
                Map.of(),
                Map.of("mooncake.wire.unheard", "1"),
                Map.of("mooncake.plugins.dirs", " a , b ", "mooncake.name", "node"))
            .resolveCore();
    assertThat(options.get(CoreOptions.PLUGIN_FOLDERS)).containsExactly("a", "b");
    assertThat(options.get(CoreOptions.NAME)).isEqualTo("node");
    assertThatThrownBy(() -> options.get(LANES)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPartShowsNothingElse() {
    ResolvedOptions all = program(LANES.key(), "7").resolve(DECLARED);
    ResolvedOptions part = all.only(List.of(LANES));
    assertThat(part.get(LANES)).isEqualTo(7);
    assertThat(part.values()).hasSize(1);
    assertThatThrownBy(() -> part.get(PASSWORD)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEqualDeclarationIsTheSameOptionButAnotherTypeIsNot() {
    ResolvedOptions all = program(LANES.key(), "7").resolve(DECLARED);
    assertThat(all.get(Option.of(LANES.key(), OptionType.INTEGER, 1, "Again."))).isEqualTo(7);
    Option<String> asText = Option.of(LANES.key(), OptionType.TEXT, "", "Other.");
    assertThatThrownBy(() -> all.get(asText)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void launcherPropertiesAreNoOptions() {
    OptionResolver resolver =
        resolver(null, Map.of(), Map.of("mooncake.home", folder.toString()), Map.of());
    assertThat(resolver.resolve(DECLARED).warnings()).isEmpty();
    assertThat(resolver.environment().home()).contains(folder);
  }

  @Test
  void variablesOfOthersAreLeftAlone() {
    Map<String, String> variables =
        Map.of("MC_UNHEARD_OF", "1", "MOONCAKE_PROTOCOL", "rdma", "MOONCAKE_MASTER", "h:1");
    assertThat(variables(variables).resolve(DECLARED).warnings()).isEmpty();
  }

  @Test
  void aMissingFileIsRefused() {
    Path missing = folder.resolve("missing.properties");
    assertRefused(
        () -> resolver(missing, Map.of(), Map.of(), Map.of()),
        "configuration file " + missing + " cannot be read");
    assertRefused(
        () ->
            OptionResolver.of(
                new EngineConfiguration(Map.of(), List.of(), folder.resolve("no"), false)),
        "cannot be read");
  }

  @Test
  void aDiagnosisGoesOnBehindEachProblem() throws IOException {
    Path file = file("mooncake.wire.lane=2", "mooncake.wire.lanes=many", "mooncake.name=here");
    OptionResolver resolver =
        new OptionResolver(
            Optional.of(file),
            ProcessEnvironment.of(
                Map.of("MOONCAKE4J_TRANSFER_ATTEMPTS", "0", "MC_HANDSHAKE_PORT", "-1"),
                Map.of("mooncake.wire.span", "hunter2")),
            Map.of("mooncake.absent.key", "1", "mooncake.plugins.required", "a,b"),
            Map.of("mooncake.absent.key", "command line", "mooncake.plugins.required", "the grid"));

    Diagnosis diagnosis = resolver.diagnose(DECLARED);

    assertThat(diagnosis.problems())
        .extracting(Diagnosis.Problem::key)
        .containsExactly(
            "mooncake.wire.lane",
            "mooncake.transfer.attempts",
            "mooncake.wire.lanes",
            "mooncake.wire.span");
    assertThat(diagnosis.problems().toString()).doesNotContain("hunter2").contains("******");
    assertThat(diagnosis.options().get(LANES)).isEqualTo(1);
    assertThat(diagnosis.options().get(CoreOptions.NAME)).isEqualTo("here");
    assertThat(diagnosis.options().value(CoreOptions.REQUIRED_PLUGINS).source())
        .isEqualTo("the grid");
    assertThat(diagnosis.options().warnings().toString())
        .contains("mooncake.absent.key (command line)", "MC_HANDSHAKE_PORT=-1 is ignored");
    assertThat(resolver.diagnoseCore().problems())
        .extracting(Diagnosis.Problem::key)
        .containsExactly("mooncake.transfer.attempts");
    assertRefused(() -> resolver.resolve(DECLARED), "unknown option mooncake.wire.lane");
    assertRefused(resolver::resolveCore, "mooncake.transfer.attempts=0");
  }

  @Test
  void anEngineMayIgnoreTheEnvironment() {
    OptionResolver resolver =
        OptionResolver.of(
            new EngineConfiguration(Map.of("mooncake.name", "n"), List.of(), null, false));
    assertThat(resolver.environment()).isSameAs(ProcessEnvironment.none());
    assertThat(resolver.resolve(DECLARED).values().stream().filter(OptionValue::isSet))
        .extracting(value -> value.option().key())
        .containsExactly("mooncake.name");
  }

  @Test
  void everyCoreOptionReadsItsOwnDefault() {
    for (Option<?> option : CoreOptions.all()) {
      assertThat(option.documentation()).endsWith(".").hasSizeGreaterThan(30);
      assertRoundTrip(option);
    }
    assertThat(CoreOptions.all()).doesNotHaveDuplicates().containsAll(NetworkOptions.all());
  }

  private static <T> void assertRoundTrip(Option<T> option) {
    String text = option.type().format(option.defaultValue());
    assertThat(option.parse(text)).isEqualTo(option.defaultValue());
  }

  private static void assertRefused(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPTION))
        .hasMessageContaining(words);
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("mooncake.properties"), List.of(lines));
  }

  private static OptionResolver program(String key, String text) {
    return resolver(null, Map.of(), Map.of(), Map.of(key, text));
  }

  private static OptionResolver variables(Map<String, String> variables) {
    return resolver(null, variables, Map.of(), Map.of());
  }

  private static OptionResolver resolver(
      Path file,
      Map<String, String> variables,
      Map<String, String> properties,
      Map<String, String> program) {
    return new OptionResolver(
        Optional.ofNullable(file), ProcessEnvironment.of(variables, properties), program);
  }
}
