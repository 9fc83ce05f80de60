package io.mooncake4j.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.core.topology.TopologyDiscovery.Result;
import io.mooncake4j.spi.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Discovery ends with a valid matrix whatever has happened to the files of a tree. */
@Timeout(300)
class DamagedTreeTest {
  private static final int ROUNDS = 60;
  private static final long SEED = 20261122;

  @TempDir private Path folder;

  @Test
  void everyDamageEndsInAValidMatrix() throws Exception {
    RecordedHost host = RecordedHost.named("two-socket-4-nics-8-gpus");
    Random random = new Random(SEED);
    Set<String> kinds = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      Path root = host.write(Files.createDirectory(folder.resolve("tree" + round)));
      int damages = 1 + random.nextInt(12);
      for (int i = 0; i < damages; i++) {
        kinds.add(damage(root, random));
      }
      Result result = new TopologyDiscovery(root).discover(host.memories(), Set.of());

      assertValid(result.topology(), host, "round " + round + " of seed " + SEED);
      assertThat(new TopologyDiscovery(root).discover(host.memories(), Set.of())).isEqualTo(result);
      delete(root);
    }
    assertThat(kinds).as("kinds of damage").hasSize(10);
  }

  private static void assertValid(Topology topology, RecordedHost host, String round) {
    List<String> names = host.devices().stream().map(Topology.Device::name).toList();
    assertThat(topology.devices()).as(round).isSubsetOf(withUnknownPlaces(host));
    topology
        .rows()
        .forEach(
            (location, row) -> {
              assertThat(host.rows().keySet()).as(round).contains(location);
              assertThat(row.all()).as(round).doesNotHaveDuplicates();
              assertThat(names).as(round).containsAll(row.all());
              // Every row knows every device that can be used.
              assertThat(row.all()).hasSameSizeAs(topology.devices());
            });
    assertThat(topology.rows()).as(round).containsKeys("cuda:0", "cuda:7");
    String text = TopologyJson.write(topology.rows());
    assertThat(TopologyJson.read(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo(topology.rows());
  }

  /** A damaged device loses its place, or gets one of what a number of a node can be cut to. */
  private static List<Topology.Device> withUnknownPlaces(RecordedHost host) {
    return host.devices().stream()
        .flatMap(
            device ->
                Stream.of(device.numaNode(), -1)
                    .flatMap(
                        node ->
                            Stream.of(device.pciAddress(), "")
                                .map(pci -> new Topology.Device(device.name(), pci, node))))
        .toList();
  }

  private static String damage(Path root, Random random) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(root)) {
      all = walk.filter(path -> !path.equals(root)).sorted().toList();
    }
    if (all.isEmpty()) {
      return "none";
    }
    Path victim = all.get(random.nextInt(all.size()));
    int kind = random.nextInt(9);
    if (kind == 0 && Files.isRegularFile(victim, LinkOption.NOFOLLOW_LINKS)) {
      Files.write(victim, new byte[0]);
      return "truncated";
    }
    delete(victim);
    switch (kind) {
      case 1 -> Files.write(victim, garbage(random, 50));
      case 2 -> Files.write(victim, garbage(random, 100_000));
      case 3 -> Files.createDirectory(victim);
      case 4 -> Files.createSymbolicLink(victim, victim.getFileName());
      case 5 -> Files.createSymbolicLink(victim, Path.of("../../../../../.."));
      case 6 -> Files.createSymbolicLink(victim, Path.of("/nowhere/at/all"));
      case 7 -> Files.createSymbolicLink(victim, Path.of("."));
      default -> {
        // It is gone.
      }
    }
    return String.valueOf(kind);
  }

  private static byte[] garbage(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> walk = Files.walk(path)) {
      for (Path entry : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
