package io.mooncake4j.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ProcessEnvironment;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.Topology.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an engine's topology comes from. */
class EngineTopologyTest {
  private static final Map<String, Row> DISCOVERED =
      RecordedHost.named("two-socket-2-dual-port-nics").rows();
  private static final Map<String, Row> OWN =
      Map.of("cpu:0", new Row(List.of("mlx5_3"), List.of("mlx5_0")));

  @TempDir private Path folder;
  private TopologyDiscovery discovery;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    discovery =
        new TopologyDiscovery(RecordedHost.named("two-socket-2-dual-port-nics").write(root));
    file = Files.writeString(folder.resolve("own.json"), TopologyJson.write(OWN));
  }

  private Topology find(Map<String, String> variables, Map<String, String> program) {
    ResolvedOptions options =
        new OptionResolver(Optional.empty(), ProcessEnvironment.of(variables, Map.of()), program)
            .resolveCore();
    return EngineTopology.find(options, discovery, List::of);
  }

  @Test
  void withoutAFileItIsDiscovered() {
    assertThat(find(Map.of(), Map.of()).rows()).isEqualTo(DISCOVERED);
    assertThat(find(Map.of("MC_CUSTOM_TOPO_JSON", ""), Map.of()).rows()).isEqualTo(DISCOVERED);
    assertThat(find(Map.of(), Map.of("mooncake.topology.file", "")).rows()).isEqualTo(DISCOVERED);
  }

  @Test
  void aFileTakesThePlaceOfDiscovery() {
    Topology expected =
        new Topology(
            OWN,
            List.of(
                new Topology.Device("mlx5_3", "0000:ca:00.1", 1),
                new Topology.Device("mlx5_0", "0000:17:00.0", 0)));

    assertThat(find(Map.of(), Map.of("mooncake.topology.file", file.toString())))
        .isEqualTo(expected);
    assertThat(find(Map.of("MC_CUSTOM_TOPO_JSON", file.toString()), Map.of())).isEqualTo(expected);
    // Filters are for discovery.
    assertThat(find(Map.of("MC_CUSTOM_TOPO_JSON", file.toString(), "MC_TE_FILTERS", "x"), Map.of()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "null", "{\"cpu:0\":[[\"a\"]]}"})
  void aBadFileIsIgnoredForCppsVariableAndRefusedForOurOption(String text) throws Exception {
    Files.writeString(file, text);
    assertBad(file.toString());
  }

  @Test
  void aFileThatCannotBeReadIsBad() throws Exception {
    assertBad(folder.resolve("missing").toString());
    assertBad(folder.toString());
    assertBad("/dev/zero");
    assertBad("a\0b");
    Files.write(file, new byte[TopologyFile.MOST_BYTES + 1]);
    assertBad(file.toString());
  }

  private void assertBad(String name) {
    assertThat(find(Map.of("MC_CUSTOM_TOPO_JSON", name), Map.of()).rows()).isEqualTo(DISCOVERED);
    for (Map<String, String> own : List.of(Map.of("mooncake.topology.file", name))) {
      assertRefused(name, Map.of(), own);
    }
    assertRefused(name, Map.of("MOONCAKE4J_TOPOLOGY_FILE", name), Map.of());
  }

  private void assertRefused(
      String name, Map<String, String> variables, Map<String, String> program) {
    assertThatThrownBy(() -> find(variables, program))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPTION))
        .hasMessageStartingWith("mooncake.topology.file=" + name + " (")
        .hasMessageContaining(": topology file " + name);
  }

  @Test
  void aFilterIsAListWithBlanks() {
    Map<String, Row> expected =
        Map.of(
            "cpu:0", new Row(List.of("mlx5_1"), List.of("mlx5_2")),
            "cpu:1", new Row(List.of("mlx5_2"), List.of("mlx5_1")));

    assertThat(find(Map.of("MC_TE_FILTERS", " mlx5_2 , mlx5_1,"), Map.of()).rows())
        .isEqualTo(expected);
    assertThat(find(Map.of(), Map.of("mooncake.topology.devices", "mlx5_1,mlx5_2")).rows())
        .isEqualTo(expected);
    assertThat(find(Map.of("MC_TE_FILTERS", " , "), Map.of()).rows()).isEqualTo(DISCOVERED);
  }
}
