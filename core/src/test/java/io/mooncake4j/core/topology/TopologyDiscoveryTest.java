package io.mooncake4j.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.core.topology.TopologyDiscovery.Result;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.Topology.Row;
import io.mooncake4j.testkit.RecordedTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class TopologyDiscoveryTest {
  private static final String ONE_NIC =
      """
      node 0
      pci pci0000:16/0000:16:02.0/0000:17:00.0 0
      rdma mlx5_0 0000:17:00.0 uverbs0 1:ACTIVE:InfiniBand
      """;

  @TempDir private Path folder;

  private Result discover(String tree) {
    return new TopologyDiscovery(RecordedTree.write(folder, tree)).discover(List.of(), Set.of());
  }

  private static List<RecordedHost> hosts() {
    return RecordedHost.all();
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void findsInARecordedTreeWhatTheRulesSay(RecordedHost host) {
    Result result = new TopologyDiscovery(host.write(folder)).discover(host.memories(), Set.of());

    assertThat(result.topology().rows()).containsExactlyEntriesOf(host.rows());
    assertThat(result.topology().devices()).isEqualTo(host.devices());
    assertThat(result.findings()).isEqualTo(host.findings());
  }

  @Test
  void filtersDevicesByName() {
    RecordedHost host = RecordedHost.named("two-socket-4-nics-8-gpus");
    Set<String> allowed = Set.of("mlx5_3", "mlx5_0", "mlx5_9");

    Result result = new TopologyDiscovery(host.write(folder)).discover(host.memories(), allowed);

    assertThat(result.topology().rows())
        .containsEntry("cpu:0", new Row(List.of("mlx5_0"), List.of("mlx5_3")))
        .containsEntry("cuda:2", new Row(List.of("mlx5_0"), List.of("mlx5_3")))
        .containsEntry("cuda:4", new Row(List.of("mlx5_3"), List.of("mlx5_0")));
    assertThat(result.findings().stream().map(Finding::words))
        .containsExactly(
            "device mlx5_9 is in the filter, but not on this host",
            "device mlx5_1 is left out: the filter does not name it",
            "device mlx5_2 is left out: the filter does not name it");
  }

  @Test
  void addsToAMatrixFromElsewhereWhatTheTreeTells() {
    RecordedHost host = RecordedHost.named("port-down");
    Map<String, Row> rows = Map.of("cpu:0", new Row(List.of("mlx5_1"), List.of("other", "mlx5_1")));

    Result result = new TopologyDiscovery(host.write(folder)).describe(rows);

    assertThat(result.topology().rows()).isEqualTo(rows);
    assertThat(result.topology().devices())
        .containsExactly(
            new Topology.Device("mlx5_1", "0000:17:00.1", 0), Topology.Device.unknown("other"));
    assertThat(result.findings().stream().map(Finding::words))
        .containsExactly("device other is in the matrix, but not on this host");
  }

  @Test
  void aDeviceWithoutADeviceFileOfItsOwnIsLeftOut() {
    Result result = discover(ONE_NIC + "remove /sys/class/infiniband_verbs\n");

    assertThat(result.topology().devices()).isEmpty();
    assertThat(result.findings().stream().map(Finding::words))
        .containsExactly(
            "no RDMA device can be opened: /sys/class/infiniband_verbs does not exist",
            "device mlx5_0 is left out: nothing in /sys/class/infiniband_verbs stands for it");
  }

  @Test
  void aDeviceFileThatMayNotBeOpenedLeavesTheDeviceOut() throws Exception {
    RecordedTree.write(folder, ONE_NIC);
    Path file = folder.resolve("dev/infiniband/uverbs0");
    assertThat(file.toFile().setReadable(false)).isTrue();
    assumeFalse(Files.isReadable(file), "this user may open every file, as root may");

    assertThat(discover("").findings().get(0).words())
        .isEqualTo(
            "device mlx5_0 is left out:"
                + " /dev/infiniband/uverbs0 may not be read and written by this process");
  }

  @Test
  void aPortNeedsATableOfGids() {
    String gids = "/sys/class/infiniband/mlx5_0/ports/1/gids";
    Result result = discover(ONE_NIC + "remove " + gids + "\ndir " + gids + "\n");

    assertThat(result.topology().devices()).isEmpty();
    assertThat(result.findings().get(0).words())
        .isEqualTo("device mlx5_0 is left out: port 1: its table of GIDs is empty");
  }

  @Test
  void aNodeThatIsNoNumberIsUnknown() throws Exception {
    RecordedTree.write(folder, ONE_NIC);
    for (String text : List.of("", "one", "-2", "1024", "99999999999", "0x0", "\0", "0\n1")) {
      Path file = folder.resolve("sys/devices/pci0000:16/0000:16:02.0/0000:17:00.0/numa_node");
      Files.writeString(file, text);
      Result result = discover("");

      assertThat(result.topology().devices())
          .as(text)
          .containsExactly(new Topology.Device("mlx5_0", "0000:17:00.0", -1));
      assertThat(result.topology().rows())
          .containsEntry("cpu:0", new Row(List.of(), List.of("mlx5_0")));
      assertThat(result.findings()).hasSize(1);
      assertThat(result.findings().get(0).kind()).isEqualTo(Finding.Kind.ODD);
      assertThat(result.findings().get(0).words())
          .startsWith("the NUMA node of device mlx5_0 is not known: ")
          .doesNotContainPattern("\\p{Cntrl}");
    }
  }

  @Test
  void namesThatAreNoneAreLeftOut() throws Exception {
    RecordedTree.write(folder, ONE_NIC);
    for (String name : List.of("a b", "a\"", "a,b", "a\nb", "x".repeat(65))) {
      Files.createDirectory(folder.resolve("sys/class/infiniband").resolve(name));
    }
    for (String name :
        List.of("node", "node01", "nodes", "node-1", "node1024", "node99999999999")) {
      Files.createDirectory(folder.resolve("sys/devices/system/node").resolve(name));
    }
    Result result = discover("");

    assertThat(result.topology().rows())
        .containsOnly(Map.entry("cpu:0", new Row(List.of("mlx5_0"), List.of())));
    assertThat(result.findings())
        .hasSize(11)
        .allMatch(finding -> finding.kind() == Finding.Kind.ODD);
    assertThat(result.findings().toString()).doesNotContainPattern("\\p{Cntrl}");
  }

  @Test
  void findingsAreBounded() throws Exception {
    RecordedTree.write(folder, ONE_NIC);
    for (int i = 0; i < 500; i++) {
      Files.createDirectory(folder.resolve("sys/class/infiniband/bad" + i));
    }
    Result result = discover("");

    assertThat(result.findings()).hasSize(Findings.MOST + 1);
    assertThat(result.findings().get(Findings.MOST).words()).isEqualTo("and 436 more findings");
    assertThat(result.topology().devices()).hasSize(1);
  }

  @Test
  void aFolderOfEndlessEntriesIsNotListed() throws Exception {
    RecordedTree.write(folder, ONE_NIC);
    Path nodes = folder.resolve("sys/devices/system/node");
    for (int i = 0; i < FileTree.MOST_ENTRIES; i++) {
      Files.createFile(nodes.resolve("file" + i));
    }
    assertThat(discover("").findings().get(0).words())
        .isEqualTo(
            "there are no rows for host memory:"
                + " /sys/devices/system/node has more than 4096 entries");
  }

  @Test
  void anEmptyTreeHasNoRows() {
    Result result = discover("");

    assertThat(result.topology()).isEqualTo(new Topology(Map.of()));
    assertThat(result.findings()).hasSize(2);
  }

  @Test
  void twoPlacesOfOneLocationAreOne() {
    RecordedTree.write(folder, ONE_NIC);
    DeviceMemoryPlace place = new DeviceMemoryPlace("gpu:0", "0000:17:00.0");
    Result result =
        new TopologyDiscovery(folder)
            .discover(List.of(place, place, new DeviceMemoryPlace("gpu:1", "x\0")), Set.of());

    assertThat(result.topology().rows())
        .containsEntry("gpu:0", new Row(List.of("mlx5_0"), List.of()))
        .containsEntry("gpu:1", new Row(List.of(), List.of("mlx5_0")));
    assertThat(result.findings().stream().map(Finding::words))
        .containsExactly(
            "there are two places for gpu:0; the first one counts",
            "gpu:1 prefers no device: \"x?\" is no PCI address");
  }

  @Test
  void thisHostHasARowForNode0() {
    assumeTrue(
        Files.isDirectory(Path.of("/sys/devices/system/node/node0")),
        "this kernel does not show its NUMA nodes");

    Result result = new TopologyDiscovery(TopologyDiscovery.HOST).discover(List.of(), Set.of());

    assertThat(result.topology().rows()).containsKey("cpu:0");
  }
}
