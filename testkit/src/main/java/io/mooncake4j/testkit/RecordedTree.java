package io.mooncake4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the parts of {@code /sys} and {@code /dev} that tell where devices are, from a short text.
 *
 * <p>A line each:
 *
 * <pre>
 * # a comment
 * node 0                                          NUMA node
 * pci pci0000:16/0000:16:01.0/0000:17:00.0 0      device by its path, and its NUMA node
 * rdma mlx5_0 0000:17:00.0 uverbs0 1:ACTIVE:Ethernet 2:DOWN:InfiniBand
 *                                                 RDMA device, what it sits on, its device file, its ports
 * file /sys/some/file text                        a file with a line of text
 * link /sys/some/link ../target                   a symbolic link
 * dir /sys/some/folder                            an empty folder
 * remove /sys/some/folder                         takes away a file, a link, or a folder with all below
 * </pre>
 *
 * Symbolic links are those of the kernel: relative, within the tree. An RDMA device may sit on
 * {@code virtual}, which is no PCI device. Device files are empty regular files. For one thread.
 */
public final class RecordedTree {
  private static final Map<String, String> PORT_STATES =
      Map.of("DOWN", "1: DOWN", "INIT", "2: INIT", "ARMED", "3: ARMED", "ACTIVE", "4: ACTIVE");

  private final Path root;
  private final Map<String, String> pciPaths = new HashMap<>(Map.of("virtual", "virtual"));

  private RecordedTree(Path root) {
    this.root = root;
  }

  /**
   * Writes a tree.
   *
   * @param root an existing folder, which gets {@code sys} and {@code dev}
   * @param text the lines
   * @return the root
   * @throws IllegalArgumentException for a line that is none of the above
   */
  public static Path write(Path root, String text) {
    RecordedTree tree = new RecordedTree(root);
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(tree::line);
    return root;
  }

  private void line(String line) {
    String[] words = line.split(" +", 3);
    try {
      switch (words[0]) {
        case "node" -> file("/sys/devices/system/node/node" + words[1] + "/distance", "10");
        case "pci" -> pci(words[1], words[2]);
        case "rdma" -> rdma(List.of(line.split(" +")));
        case "file" -> file(words[1], words[2]);
        case "link" -> link(words[1], words[2]);
        case "dir" -> Files.createDirectories(at(words[1]));
        case "remove" -> remove(at(words[1]));
        default -> throw new IllegalArgumentException("no line of a recorded tree: " + line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("line \"" + line + "\"", e);
    }
  }

  private void pci(String path, String numaNode) throws IOException {
    String address = path.substring(path.lastIndexOf('/') + 1);
    pciPaths.put(address, path);
    file("/sys/devices/" + path + "/numa_node", numaNode);
    link("/sys/bus/pci/devices/" + address, "../../../devices/" + path);
  }

  private void rdma(List<String> words) throws IOException {
    String name = words.get(1);
    String verbs = words.get(3);
    String parent = pciPaths.get(words.get(2));
    if (parent == null) {
      throw new IllegalArgumentException("device " + name + " sits on an unknown " + words.get(2));
    }
    String device = parent + "/infiniband/" + name;
    for (String port : words.subList(4, words.size())) {
      port("/sys/devices/" + device + "/ports/", port.split(":", -1));
    }
    link("/sys/devices/" + device + "/device", "../..");
    link("/sys/class/infiniband/" + name, "../../devices/" + device);
    file("/sys/devices/" + parent + "/infiniband_verbs/" + verbs + "/ibdev", name);
    link(
        "/sys/class/infiniband_verbs/" + verbs,
        "../../devices/" + parent + "/infiniband_verbs/" + verbs);
    file("/sys/class/infiniband_verbs/abi_version", "6");
    file("/dev/infiniband/" + verbs, "");
  }

  private void port(String ports, String... words) throws IOException {
    String folder = ports + words[0];
    file(folder + "/state", PORT_STATES.get(words[1]));
    file(folder + "/link_layer", words[2]);
    file(folder + "/gids/0", "fe80:0000:0000:0000:0000:0000:0000:0001");
    file(folder + "/gids/1", "0000:0000:0000:0000:0000:0000:0000:0000");
  }

  private Path at(String path) {
    return root.resolve(path.substring(1));
  }

  private void file(String path, String text) throws IOException {
    Files.createDirectories(at(path).getParent());
    Files.writeString(at(path), text.isEmpty() ? "" : text + "\n");
  }

  private void link(String path, String target) throws IOException {
    Files.createDirectories(at(path).getParent());
    Files.createSymbolicLink(at(path), Path.of(target));
  }

  private static void remove(Path path) throws IOException {
    if (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      try (var entries = Files.list(path)) {
        for (Path entry : entries.toList()) {
          remove(entry);
        }
      }
    }
    Files.delete(path);
  }
}
