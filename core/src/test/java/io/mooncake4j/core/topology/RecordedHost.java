package io.mooncake4j.core.topology;

import io.mooncake4j.spi.Topology.Device;
import io.mooncake4j.spi.Topology.Row;
import io.mooncake4j.testkit.RecordedTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A recorded tree of the test resources, with what discovery has to find in it: lines {@code gpu
 * LOCATION PCI}, {@code expect LOCATION = preferred | available}, {@code device NAME PCI NODE} in
 * the order of indices, {@code finding KIND words}; all others are {@link RecordedTree}'s.
 */
record RecordedHost(
    String name,
    String tree,
    List<DeviceMemoryPlace> memories,
    Map<String, Row> rows,
    List<Device> devices,
    List<Finding> findings) {
  private static final List<String> OURS = List.of("gpu", "expect", "device", "finding");

  static List<RecordedHost> all() {
    try (Stream<Path> files =
        Files.list(Path.of(RecordedHost.class.getResource("/topology").toURI()))) {
      return files
          .filter(file -> file.toString().endsWith(".tree"))
          .sorted()
          .map(RecordedHost::read)
          .toList();
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static RecordedHost named(String name) {
    return all().stream().filter(host -> host.name.equals(name)).findFirst().orElseThrow();
  }

  private static RecordedHost read(Path file) {
    try {
      String name = file.getFileName().toString().replace(".tree", "");
      RecordedHost host =
          new RecordedHost(
              name,
              Files.readAllLines(file).stream()
                  .filter(line -> !OURS.contains(line.split(" ", 2)[0]))
                  .collect(Collectors.joining("\n")),
              new ArrayList<>(),
              new LinkedHashMap<>(),
              new ArrayList<>(),
              new ArrayList<>());
      Files.readAllLines(file).forEach(host::line);
      return host;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void line(String line) {
    String[] words = line.split(" ", 3);
    switch (words[0]) {
      case "gpu" -> memories.add(new DeviceMemoryPlace(words[1], words[2]));
      case "expect" -> {
        String[] lists = words[2].substring(1).split("\\|", -1);
        rows.put(words[1], new Row(names(lists[0]), names(lists[1])));
      }
      case "device" -> {
        String[] place = words[2].split(" ", 2);
        String address = place[0].equals("-") ? "" : place[0];
        devices.add(new Device(words[1], address, Integer.parseInt(place[1])));
      }
      case "finding" -> findings.add(new Finding(Finding.Kind.valueOf(words[1]), words[2]));
      default -> {
        // The tree's.
      }
    }
  }

  private static List<String> names(String list) {
    return Stream.of(list.split(" ")).filter(name -> !name.isEmpty()).toList();
  }

  /** Writes the tree into a folder. */
  Path write(Path folder) {
    return RecordedTree.write(folder, tree);
  }

  @Override
  public String toString() {
    return name;
  }
}
