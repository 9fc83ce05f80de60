package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mooncake4j.cli.doctor.TestPlugins;
import io.mooncake4j.distribution.UnpackedArchive.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mooncake doctor} of the unpacked archive. */
class DoctorIT {
  @TempDir private static Path folder;
  private static UnpackedArchive archive;

  @BeforeAll
  static void unpack() throws Exception {
    archive = UnpackedArchive.below(folder);
  }

  private static Result mooncake(Map<String, String> environment, String... words)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(archive.home() + "/bin/mooncake"));
    command.addAll(List.of(words));
    return UnpackedArchive.run(folder, environment, command);
  }

  @Test
  void findsNothingWrongWithAFreshInstallation() throws Exception {
    Result result = mooncake(Map.of(), "doctor");

    assertThat(result.exitCode()).as(result.output() + result.errors()).isZero();
    assertThat(result.output())
        .contains("configuration file: " + archive.home() + "/conf/mooncake.properties")
        .contains("transport tcp ", ": available", "Findings", "  none")
        .contains("An engine can start with this configuration.");
    assertThat(result.errors()).isEmpty();
  }

  @Test
  void explainsTheFullBuildOfTheGuide() throws Exception {
    Result result =
        mooncake(
            Map.of(),
            "doctor",
            "--json",
            "-DUSE_TCP=ON",
            "-DUSE_CUDA=ON",
            "-DSTORE_USE_ETCD=ON",
            "-D",
            "USE_ETCD=ON",
            "-DWITH_P2P_STORE=ON");

    assertThat(result.exitCode()).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(result.output());
    assertThat(json.path("buildOptions").findValuesAsText("name"))
        .containsExactly("WITH_P2P_STORE", "USE_CUDA", "USE_ETCD", "STORE_USE_ETCD", "USE_TCP");
    assertThat(json.path("buildOptions").findValuesAsText("granted"))
        .containsExactly("false", "false", "false", "false", "true");
    assertThat(json.path("buildOptions").path(1).path("cause").textValue())
        .startsWith("no plugin of this id is installed; installed are [")
        .contains("tcp");
  }

  @Test
  void goesOnBehindBrokenPluginsAndBadValues() throws Exception {
    Path plugins = TestPlugins.fill(folder.resolve("more plugins"));
    Path file =
        Files.writeString(folder.resolve("my.properties"), "mooncake.vault.password=hunter2\n");

    Result result =
        mooncake(
            Map.of(
                "MOONCAKE4J_TRANSFER_ATTEMPTS", "many",
                "MOONCAKE4J_VAULT_DOORS", "4",
                "MOONCAKE_JAVA_OPTS", "-Dmooncake.close.timeout=soon"),
            "doctor",
            "--plugins",
            plugins.toString(),
            "--config",
            file.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output())
        .contains("refused (" + plugins.resolve("broken.jar") + "): it cannot be read")
        .contains("memory device attic 7.8.9: not available: this house has no attic")
        .contains("mooncake.vault.password = ******  (" + file + ":1;")
        .contains("mooncake.vault.doors = 4  (environment variable MOONCAKE4J_VAULT_DOORS;")
        .contains("ERROR mooncake.transfer.attempts: mooncake.transfer.attempts=many (")
        .contains("ERROR mooncake.close.timeout: mooncake.close.timeout=soon (")
        .doesNotContain("hunter2");
  }

  @Test
  void theEngineRefusesWhatDoctorSaysCannotBeHad() throws Exception {
    Result result = mooncake(Map.of(), "demo", "-DUSE_CUDA=ON");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.errors())
        .contains(
            "mooncake: PLUGIN: mooncake.plugins.required=cuda (command line, USE_CUDA=ON): no plugin");
    Result without = mooncake(Map.of(), "plugins", "-DUSE_TCP=OFF");
    assertThat(without.output()).contains("plugin tcp: disabled by an option");
  }
}
