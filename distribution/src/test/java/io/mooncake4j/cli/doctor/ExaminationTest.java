package io.mooncake4j.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mooncake4j.cli.doctor.DoctorReport.Asked;
import io.mooncake4j.cli.doctor.DoctorReport.Configured;
import io.mooncake4j.cli.doctor.DoctorReport.Finding;
import io.mooncake4j.cli.doctor.DoctorReport.Provided;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.cli.setup.Installation;
import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Whatever is broken is a finding, and the rest of the report is there all the same. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ExaminationTest {
  @TempDir private static Path folder;
  private static Path plugins;

  private Map<String, String> variables = Map.of();
  private Map<String, String> properties = Map.of();
  private boolean probe;

  @BeforeAll
  static void pack() throws IOException {
    plugins = TestPlugins.fill(folder.resolve("plugins"));
  }

  private DoctorReport examine(String... words) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "--plugins",
                plugins.toString(),
                "-Dmooncake.network.bind-address=127.0.0.1",
                "-Dmooncake.network.advertised-address=127.0.0.1"));
    line.addAll(List.of(words));
    EngineArguments arguments = new EngineArguments(new Installation(null));
    new CommandLine(arguments).parseArgs(line.toArray(String[]::new));
    return new Examination(arguments, ProcessEnvironment.of(variables, properties), probe).run();
  }

  private static Configured option(DoctorReport report, String key) {
    return report.options().stream()
        .filter(option -> option.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> errors(DoctorReport report) {
    return report.findings().stream().filter(Finding::fatal).map(Finding::message).toList();
  }

  private static String text(DoctorReport report) {
    StringWriter text = new StringWriter();
    new DoctorText(new PrintWriter(text)).write(report);
    return text.toString();
  }

  @Test
  void listsPluginsWithTheirCauses() {
    DoctorReport report = examine();

    assertThat(report.providers())
        .extracting(Provided::kind, Provided::name, Provided::available, Provided::cause)
        .contains(
            tuple("metadata store", "vault", true, ""),
            tuple("memory device", "attic", false, "this house has no attic"));
    assertThat(report.refused())
        .singleElement()
        .satisfies(it -> assertThat(it.source()).endsWith("broken.jar"));
    assertThat(report.canStart()).as(report.findings().toString()).isTrue();
    assertThat(text(report))
        .contains("memory device attic 7.8.9: not available: this house has no attic")
        .contains("WARNING plugins: refused ", "An engine can start with this configuration.");
  }

  @Test
  void aDisabledPluginIsListedAsSuch() {
    DoctorReport report = examine("-Dmooncake.plugins.disabled=vault");

    assertThat(report.disabled()).containsExactly("vault");
    assertThat(report.canStart()).isTrue();
    assertThat(text(report)).contains("plugin vault: disabled by an option");
  }

  @Test
  void everySourceIsNamed() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("good.properties"), "# doors\n\nmooncake.vault.doors = 3\n");
    variables =
        Map.of("MOONCAKE4J_TRANSFER_ATTEMPTS", "5", "MC_HANDSHAKE_PORT", "12005", "MC_OTHER", "x");
    properties = Map.of("mooncake.close.timeout", "7s", "unrelated", "x");

    DoctorReport report = examine("--config", file.toString(), "-Dmooncake.memory.grace=1s");

    assertThat(report.file()).isEqualTo(file.toString());
    assertThat(option(report, "mooncake.vault.doors"))
        .returns("3", Configured::value)
        .returns(file + ":3", Configured::source)
        .returns("2", Configured::initial)
        .returns("whole number, 1 to 9", Configured::valid)
        .returns("MOONCAKE4J_VAULT_DOORS", Configured::variable);
    assertThat(option(report, "mooncake.vault.doors").aliases())
        .containsExactly(
            new DoctorReport.Alias("MC_VAULT_DOORS", "a number; less than 1 counts as 1"));
    assertThat(option(report, "mooncake.transfer.attempts").source())
        .isEqualTo("environment variable MOONCAKE4J_TRANSFER_ATTEMPTS");
    assertThat(option(report, "mooncake.handshake.default-port").source())
        .isEqualTo("environment variable MC_HANDSHAKE_PORT");
    assertThat(option(report, "mooncake.close.timeout").source())
        .isEqualTo("system property -Dmooncake.close.timeout");
    assertThat(option(report, "mooncake.memory.grace").source()).isEqualTo("command line");
    assertThat(option(report, "mooncake.transports").source()).isEqualTo("default");
    assertThat(report.canStart()).isTrue();
  }

  @Test
  void aVariableThatForcesATransportIsItsSource() {
    variables = Map.of("MC_FORCE_TCP", "0");

    DoctorReport report = examine();

    assertThat(option(report, "mooncake.transports"))
        .returns("tcp", Configured::value)
        .returns("environment variable MC_FORCE_TCP", Configured::source);
    assertThat(text(report))
        .contains("mooncake.transports = tcp  (environment variable MC_FORCE_TCP)\n")
        .contains("  transports: tcp (rank ");
    DoctorReport overridden = examine("-Dmooncake.transports=warp");
    assertThat(option(overridden, "mooncake.transports"))
        .returns("warp", Configured::value)
        .returns("command line", Configured::source);
    assertThat(errors(overridden)).anyMatch(it -> it.contains("\"warp\", which no plugin offers"));
    variables = Map.of();
    assertThat(option(examine(), "mooncake.transports").aliases())
        .extracting(DoctorReport.Alias::variable)
        .containsExactly("MC_FORCE_TCP");
  }

  @Test
  void aBadValueInEachSourceIsAFindingAndTheRestIsThere() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("bad.properties"),
            "mooncake.vault.doors=ten\nmooncake.vault.door=1\nmooncake.nowhere.key=1\n");
    variables =
        Map.of(
            "MOONCAKE4J_TRANSFER_ATTEMPTS", "0",
            "MOONCAKE4J_TRANSFER_ATEMPTS", "1",
            "MC_HANDSHAKE_PORT", "-1");
    properties = Map.of("mooncake.close.timeout", "soon");

    DoctorReport report =
        examine("--config", file.toString(), "-Dmooncake.memory.grace=-", "-Dnonsense=1");

    assertThat(errors(report))
        .anyMatch(it -> it.contains("mooncake.vault.doors=ten (" + file + ":1)"))
        .anyMatch(it -> it.contains("unknown option mooncake.vault.door (" + file + ":2)"))
        .anyMatch(it -> it.contains("(environment variable MOONCAKE4J_TRANSFER_ATTEMPTS)"))
        .anyMatch(it -> it.contains("unknown variable MOONCAKE4J_TRANSFER_ATEMPTS"))
        .anyMatch(it -> it.contains("(system property -Dmooncake.close.timeout)"))
        .anyMatch(it -> it.contains("mooncake.memory.grace=- (command line)"))
        .anyMatch(it -> it.contains("unknown option nonsense (command line)"))
        .hasSize(7);
    assertThat(report.findings().toString())
        .contains("MC_HANDSHAKE_PORT=-1 is ignored", "mooncake.nowhere.key (" + file + ":3)");
    assertThat(option(report, "mooncake.vault.doors").value()).isEqualTo("2");
    assertThat(report.providers()).extracting(Provided::name).contains("vault", "attic");
    assertThat(report.checks()).allMatch(it -> it.good());
    assertThat(report.canStart()).isFalse();
    assertThat(text(report)).contains("An engine cannot start with this configuration");
  }

  @Test
  void aBrokenFileIsAFinding() throws IOException {
    Path file = Files.writeString(folder.resolve("twice.properties"), "a=1\na=2\n");

    assertThat(errors(examine("--config", file.toString())))
        .singleElement()
        .asString()
        .contains("key a is set on line 1 and again on line 2", "without it");
    assertThat(errors(examine("--config", folder.resolve("none").toString())).toString())
        .contains("--config=" + folder.resolve("none") + " cannot be read");
  }

  @Test
  void secretsAreMaskedWhereverTheyAppear() throws IOException {
    Path file =
        Files.writeString(folder.resolve("secret.properties"), "mooncake.vault.pin=hunter2\n");
    variables = Map.of("MC_VAULT_PASSWORD", "hunter2");

    DoctorReport report = examine("--config", file.toString());

    assertThat(option(report, "mooncake.vault.password").value()).isEqualTo("******");
    assertThat(errors(report)).singleElement().asString().contains("mooncake.vault.pin=******");
    assertThat(text(report)).doesNotContain("hunter2");
    assertThat(DoctorJson.of(report)).doesNotContain("hunter2");
  }

  @Test
  void theStoreIsContactedOnlyWhenAsked() {
    String store = "-Dmooncake.metadata=vault://me:hunter2@nowhere";
    DoctorReport silent = examine(store);

    assertThat(silent.canStart()).isTrue();
    assertThat(text(silent))
        .contains("vault://******@nowhere is served by metadata store vault")
        .doesNotContain("hunter2");
    probe = true;
    DoctorReport asked = examine(store);
    assertThat(errors(asked)).containsExactly("vault://******@nowhere does not answer");
    assertThat(DoctorJson.of(asked)).doesNotContain("hunter2");
    assertThat(asked.canStart()).isFalse();
  }

  @Test
  void jsonHoldsTheWholeReport() throws IOException {
    JsonNode json = new ObjectMapper().readTree(DoctorJson.of(examine("-DUSE_MUSA=ON")));

    assertThat(json.path("canStart").isBoolean()).isTrue();
    assertThat(json.path("canStart").booleanValue()).isFalse();
    assertThat(json.path("host").size()).isPositive();
    assertThat(json.path("providers").findValuesAsText("name")).contains("vault", "attic");
    assertThat(json.path("options").findValuesAsText("key"))
        .contains("mooncake.name", "mooncake.vault.password", "mooncake.tcp.connections");
    assertThat(json.path("options").path(0).path("documentation").textValue()).endsWith(".");
    assertThat(json.path("buildOptions").path(0).path("name").textValue()).isEqualTo("USE_MUSA");
    assertThat(json.path("checks").findValuesAsText("subject"))
        .contains("advertised address", "metadata");
    assertThat(json.path("findings").path(0).path("message").isTextual()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-DBUILD_UNIT_TESTS=ON -DBUILD_EXAMPLES=ON | true",
        "-DWITH_STORE=OFF -DWITH_P2P_STORE=OFF | true",
        "-DUSE_CUDA=OFF | true",
        "-DUSE_CUDA=ON -DSTORE_USE_ETCD=ON -DUSE_ETCD=ON -DWITH_P2P_STORE=ON | false",
      })
  void theCombinationsOfTheGuideAreExplained(String words, boolean granted) {
    DoctorReport report = examine(words.split(" ", -1));

    assertThat(report.buildOptions()).hasSize(words.split(" ", -1).length);
    assertThat(report.buildOptions()).allMatch(it -> it.granted() == granted);
    assertThat(report.canStart()).as(report.findings().toString()).isEqualTo(granted);
    for (String word : words.replace("-D", "").split(" ", -1)) {
      assertThat(text(report)).contains("  " + word + ": ");
    }
  }

  @Test
  void whatNothingDependsOnHasNoEffect() {
    DoctorReport report =
        examine(
            "-DWITH_METRICS=OFF",
            "-DBUILD_SHARED_LIBS=ON",
            "-DSTORE_USE_JEMALLOC=ON",
            "-DWITH_STORE=OFF");

    assertThat(report.buildOptions())
        .extracting(Asked::name, Asked::effective)
        .containsExactly(
            tuple("WITH_STORE", true),
            tuple("BUILD_SHARED_LIBS", false),
            tuple("STORE_USE_JEMALLOC", false),
            tuple("WITH_METRICS", false));
    assertThat(text(report).lines().filter(line -> line.equals("    no effect"))).hasSize(3);
    assertThat(report.canStart()).isTrue();
  }

  @Test
  void theFullCombinationSaysWhyForEachOption() {
    DoctorReport report =
        examine("-DUSE_CUDA=ON", "-DSTORE_USE_ETCD=ON", "-DUSE_ETCD=ON", "-DWITH_P2P_STORE=ON");

    assertThat(report.buildOptions())
        .extracting(Asked::name, it -> it.cause().replaceFirst(";.*", ""))
        .containsExactly(
            tuple("WITH_P2P_STORE", "not in this release: the P2P store (docs/roadmap.md)"),
            tuple("USE_CUDA", "no plugin of this id is installed"),
            tuple("USE_ETCD", "no plugin of this id is installed"),
            tuple(
                "STORE_USE_ETCD",
                "not in this release: high availability of the object store (docs/roadmap.md)"));
  }

  @Test
  void anInstalledPluginThatCannotWorkIsNotGranted() {
    DoctorReport report = examine("-DUSE_MUSA=ON");

    assertThat(report.buildOptions())
        .singleElement()
        .returns(false, Asked::granted)
        .returns("its memory device attic is not available: this house has no attic", Asked::cause);
    assertThat(errors(report))
        .singleElement()
        .asString()
        .contains("mooncake.plugins.required=musa");
    assertThat(examine("-DUSE_MUSA=OFF").disabled()).containsExactly("musa");
  }

  @Test
  void whatIsMissingIsSoughtAmongTheDisabled() {
    DoctorReport report = examine("-DUSE_MUSA=OFF", "-Dmooncake.transports=musa");

    assertThat(errors(report))
        .anyMatch(
            it ->
                it.contains("mooncake.transports (command line) names \"musa\"")
                    && it.contains(
                        "disabled are the plugins [musa] by mooncake.plugins.disabled=musa"
                            + " (command line, USE_MUSA=OFF)"));
  }

  @Test
  void whatAnEngineWouldOnlyLogIsAFinding() {
    variables = Map.of("MC_CUSTOM_TOPO_JSON", folder.resolve("nowhere.json").toString());

    DoctorReport report = examine("-Dmooncake.network.advertised-address=no-such-host.invalid");

    assertThat(report.findings())
        .anySatisfy(
            it ->
                assertThat(it.message())
                    .startsWith("environment variable MC_CUSTOM_TOPO_JSON is ignored: "))
        .anySatisfy(
            it ->
                assertThat(it.message())
                    .contains("no-such-host.invalid", "which does not resolve on this host"));
    assertThat(report.canStart()).as(report.findings().toString()).isTrue();
  }

  @Test
  void badBuildOptionsAreFindings() {
    DoctorReport report =
        examine(
            "-DUSE_FOO=ON",
            "-DUSE_HIP=perhaps",
            "-DUSE_CUDA=ON",
            "-D",
            "USE_CUDA=OFF",
            "-DUSE_CXL=ON",
            "-Dmooncake.plugins.disabled=cxl");

    assertThat(errors(report).toString())
        .contains("USE_FOO is no option of C++ Mooncake's build; near to it are USE_")
        .contains("USE_HIP=perhaps is neither ON nor OFF")
        .contains("USE_CUDA is given both ON and OFF")
        .contains("USE_CXL=ON contradicts mooncake.plugins.disabled=cxl (command line)");
  }
}
