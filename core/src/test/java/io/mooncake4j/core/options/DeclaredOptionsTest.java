package io.mooncake4j.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class DeclaredOptionsTest {
  @Test
  void providersStayInTheirOwnGroup() {
    assertRefused(
        () -> DeclaredOptions.core().with("wire", List.of(option("mooncake.other.key"))),
        "its option mooncake.other.key does not begin with mooncake.wire.");
    assertRefused(
        () -> DeclaredOptions.core().with("wire", List.of(option("mooncake.wire"))),
        "does not begin with mooncake.wire.");
    assertRefused(
        () -> DeclaredOptions.core().with("transfer", List.of()), "its name \"transfer\"");
    assertRefused(() -> DeclaredOptions.core().with("name", List.of()), "its name \"name\"");
  }

  @Test
  void variablesTellOptionsApart() {
    assertThat(DeclaredOptions.variableOf("mooncake.network.port.min"))
        .isEqualTo("MOONCAKE4J_NETWORK_PORT_MIN");
    assertThat(DeclaredOptions.variableOf("mooncake.handshake.max-length"))
        .isEqualTo("MOONCAKE4J_HANDSHAKE_MAX_LENGTH");
    assertRefused(
        () ->
            DeclaredOptions.core()
                .with("wire", List.of(option("mooncake.wire.a-b"), option("mooncake.wire.a.b"))),
        "has the same environment variable as mooncake.wire.a-b");
  }

  @Test
  void providersOfSeveralKindsMayShareANameAndOptions() {
    Option<String> shared = option("mooncake.gpu.path");
    DeclaredOptions declared =
        DeclaredOptions.core()
            .with("gpu", List.of(shared, option("mooncake.gpu.a")))
            .with("gpu", List.of(shared, option("mooncake.gpu.b")));
    assertThat(declared.all()).extracting(Option::key).contains("mooncake.gpu.a", "mooncake.gpu.b");
    assertThat(declared.all()).contains(shared);
  }

  @Test
  void presenceForcesATransport() {
    Map<String, TransportDescription> installed =
        Map.of("wire", description(100, "MC_FORCE_WIRE"), "fast", description(300, "MC_FAST"));
    assertForced(installed, List.of(), "default");
    assertForced(installed, List.of("wire"), "environment variable MC_FORCE_WIRE", "MC_FORCE_WIRE");
    assertForced(installed, List.of("fast"), "environment variable MC_FAST", "MC_FAST");
    ResolvedOptions both =
        assertForced(
            installed,
            List.of("wire"),
            "environment variable MC_FORCE_WIRE",
            "MC_FAST",
            "MC_FORCE_WIRE");
    assertThat(both.warnings())
        .containsExactly(
            "the environment forces several transports by [MC_FORCE_WIRE, MC_FAST]; wire is taken");
    assertForced(installed, List.of(), "default", "MC_OTHER");
    assertForced(
        installed,
        List.of("own"),
        "environment variable MOONCAKE4J_TRANSPORTS",
        "MC_FAST",
        "MOONCAKE4J_TRANSPORTS");
  }

  @Test
  void theProcessEnvironmentIsASnapshot() {
    ProcessEnvironment environment = ProcessEnvironment.current();
    assertThat(environment.property("java.io.tmpdir"))
        .contains(System.getProperty("java.io.tmpdir"));
    assertThat(environment.variables()).containsAllEntriesOf(System.getenv());
    assertThat(environment.variable("MOONCAKE4J_NOT_SET")).isEmpty();
    assertThat(ProcessEnvironment.none().home()).isEmpty();
    assertThat(ProcessEnvironment.platform()).contains("Java " + Runtime.version());
  }

  private static ResolvedOptions assertForced(
      Map<String, TransportDescription> installed,
      List<String> transports,
      String source,
      String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (String variable : variables) {
      environment.put(variable, variable.startsWith("MC_") ? "0" : "own");
    }
    ResolvedOptions options =
        new OptionResolver(Optional.empty(), ProcessEnvironment.of(environment, Map.of()), Map.of())
            .resolve(DeclaredOptions.core().with(ForcedTransport.declaredBy(installed)));
    assertThat(options.value(CoreOptions.TRANSPORTS))
        .returns(transports, OptionValue::value)
        .returns(source, OptionValue::source);
    return options;
  }

  private static TransportDescription description(int rank, String variable) {
    return new TransportDescription(
        "1",
        "A test.",
        Set.of("cpu"),
        AddressSpace.VIRTUAL,
        rank,
        Set.of(),
        TransportLimits.NONE,
        List.of(),
        Set.of(variable),
        Optional.empty());
  }

  private static Option<String> option(String key) {
    return Option.of(key, OptionType.TEXT, "", "A test.");
  }

  private static void assertRefused(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN))
        .hasMessageContaining(words);
  }
}
