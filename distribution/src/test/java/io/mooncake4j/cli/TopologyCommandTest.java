package io.mooncake4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.cli.setup.Installation;
import io.mooncake4j.testkit.RecordedTree;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code mooncake topology}, on a recorded tree. */
class TopologyCommandTest {
  private static final String TREE =
      """
      node 0
      node 1
      pci pci0000:16/0000:16:01.0/0000:17:00.0 0
      pci pci0000:16/0000:16:01.0/0000:18:00.0 0
      pci pci0000:c9/0000:c9:01.0/0000:ca:00.0 1
      pci pci0000:c9/0000:c9:01.0/0000:ca:00.1 1
      rdma mlx5_0 0000:17:00.0 uverbs0 1:ACTIVE:InfiniBand
      rdma mlx5_1 0000:ca:00.0 uverbs1 1:ACTIVE:InfiniBand
      rdma mlx5_2 0000:ca:00.1 uverbs2 1:DOWN:InfiniBand
      """;
  private static final String MATRIX =
      """
      {
      \t"cpu:0" :\s
      \t[
      \t\t[
      \t\t\t"mlx5_0"
      \t\t],
      \t\t[
      \t\t\t"mlx5_1"
      \t\t]
      \t],
      \t"cpu:1" :\s
      \t[
      \t\t[
      \t\t\t"mlx5_1"
      \t\t],
      \t\t[
      \t\t\t"mlx5_0"
      \t\t]
      \t]
      }
      """;
  private static final String ONLY_0 =
      """
      {
      \t"cpu:0" :\s
      \t[
      \t\t[
      \t\t\t"mlx5_0"
      \t\t],
      \t\t[]
      \t]
      }
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeTree() {
    RecordedTree.write(folder, TREE);
  }

  private int run(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> line = new ArrayList<>(List.of("topology"));
    line.addAll(List.of(words));
    return Mooncake.run(
        new Installation(null), line, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private String tree() {
    return "--sysfs=" + folder;
  }

  @Test
  void printsWhatTheRealToolPrints() {
    assertThat(run(tree())).isZero();
    assertThat(out.toString()).isEqualTo("Local topology [te/discover]: " + MATRIX + "\n");
    assertThat(err.toString()).isEmpty();
    assertThat(run(tree(), "--backend", "te")).isZero();
    assertThat(out.toString()).startsWith("Local topology [te/discover]: {");
  }

  @Test
  void printsTheMatrixAlone() {
    assertThat(run(tree(), "--json")).isZero();
    assertThat(out.toString()).isEqualTo(MATRIX);
  }

  @Test
  void hasARowForAGpuThatItIsTold() {
    assertThat(run(tree(), "--json", "--gpu=cuda:0=0000:18:00.0", "--gpu", "cuda:1=0000:CA:00.1"))
        .isZero();
    assertThat(out.toString().replaceAll("\\s", ""))
        .contains("\"cuda:0\":[[\"mlx5_0\"],[\"mlx5_1\"]],\"cuda:1\":[[\"mlx5_1\"],[\"mlx5_0\"]]}");
  }

  @Test
  void filtersInBothSpellings() {
    for (String word : List.of("--device-name=mlx5_1", "--device_name= mlx5_1,")) {
      assertThat(run(tree(), "--json", word)).isZero();
      assertThat(out.toString().replaceAll("\\s", ""))
          .isEqualTo("{\"cpu:0\":[[],[\"mlx5_1\"]],\"cpu:1\":[[\"mlx5_1\"],[]]}");
    }
    assertThat(run(tree(), "--device-name", "")).isZero();
    assertThat(out.toString()).endsWith(MATRIX + "\n");
    assertThat(run(tree(), "--json", "-Dmooncake.topology.devices=mlx5_0")).isZero();
    assertThat(out.toString()).contains("mlx5_0").doesNotContain("mlx5_1");
    assertThat(run(tree(), "--device-name=mlx5_1", "-Dmooncake.topology.devices=mlx5_0,mlx5_2"))
        .isEqualTo(2);
    assertThat(err.toString()).startsWith("mooncake: OPTION: ").contains("no device in common");
  }

  @Test
  void explainsOnStandardError() {
    assertThat(run(tree(), "--json", "--explain", "--device-name=mlx5_0,mlx5_2,mlx5_9")).isZero();
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            """
            device mlx5_0: PCI address 0000:17:00.0, NUMA node 0
            device mlx5_9 is in the filter, but not on this host
            device mlx5_1 is left out: the filter does not name it
            device mlx5_2 is left out: port 1: its state is "1: DOWN", not ACTIVE
            """);
    assertThat(run(tree(), "--json", "--device-name=mlx5_9")).isZero();
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "mooncake: odd things were found (1); --explain tells them\n");
  }

  @Test
  void printsAMatrixOfAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("m.json"), "{\"cpu:0\":[[\"mlx5_0\"],[]]}");

    for (String word : List.of("--custom-topo-json", "--custom_topo_json")) {
      assertThat(run(tree(), word, file.toString())).isZero();
      assertThat(out.toString())
          .isEqualTo("Local topology [te/custom (" + file + ")]: " + ONLY_0 + "\n");
    }
    assertThat(run(tree(), "--use-custom-topo", "-Dmooncake.topology.file=" + file)).isZero();
    assertThat(out.toString())
        .isEqualTo("Local topology [te/custom (" + file + ")]: " + ONLY_0 + "\n");
    // Without the flag it is discovered, as with the real tool.
    assertThat(run(tree(), "--json", "-Dmooncake.topology.file=" + file)).isZero();
    assertThat(out.toString()).isEqualTo(MATRIX);
  }

  @Test
  void refusesACustomMatrixThatIsNotThere() throws Exception {
    assertThat(run(tree(), "--use-custom-topo")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("mooncake: OPTION: --use-custom-topo requires a file: set mooncake.topology");
    assertThat(run("--custom-topo-json", folder + "/none")).isEqualTo(1);
    assertThat(err.toString()).contains("topology file " + folder + "/none cannot be read");
    Files.writeString(folder.resolve("m.json"), "{\"cpu:0\":[[\"mlx5_0\"]]}");
    assertThat(run("--custom-topo-json", folder + "/m.json")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("mooncake: MALFORMED: topology file " + folder + "/m.json: ");
    assertThat(run("--sysfs", folder + "/none")).isEqualTo(1);
    assertThat(err.toString()).contains("--sysfs=" + folder + "/none is no folder");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--backend=tent | --backend=tent: TENT is another engine",
        "--backend=foo | --backend=foo is not valid; valid: auto, te",
        "--gpu=cuda:0 | --gpu=cuda:0 is no memory of a device",
        "--gpu=cpu:0=0000:18:00.0 | is no memory of a device",
        "--gpu=cuda:0=18:00.0 | is no memory of a device",
        "--gpu=x=0000:18:00.0 | is no memory of a device",
        "--gpu=cuda:0=0000:18:00.0 --custom-topo-json=a | --gpu contradicts a custom matrix",
        "--sysfs=a --sysfs=b | should be specified only once",
        "nonsense | Unmatched argument",
      })
  void wrongUsageIsOneLineAndExitCodeTwo(String words, String message) {
    assertThat(run(words.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("mooncake: INVALID_ARGUMENT: ").contains(message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void printsTheTopologyOfThisHost() {
    assertThat(run()).isZero();
    assertThat(out.toString()).startsWith("Local topology [te/discover]: {").endsWith("}\n\n");
  }
}
