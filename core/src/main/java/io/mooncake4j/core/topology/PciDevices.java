package io.mooncake4j.core.topology;

import io.mooncake4j.ffi.Attempt;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Where PCI devices are plugged in. Paths are followed once each. Not for threads.
 *
 * <p>Format: {@code /sys/bus/pci/devices}; distances as C++ Mooncake counts them.
 */
final class PciDevices {
  static final int UNKNOWN_NODE = -1;
  private static final int HIGHEST_NODE = 1023;
  private static final String FOLDER = "/sys/bus/pci/devices/";

  private final FileTree tree;
  private final Findings findings;
  private final Map<String, Attempt<String>> paths = new HashMap<>();

  PciDevices(FileTree tree, Findings findings) {
    this.tree = tree;
    this.findings = findings;
  }

  /**
   * Reads the file that tells a device's NUMA node.
   *
   * @param folder the device's folder
   * @param device its name in findings
   * @return the node, or {@link #UNKNOWN_NODE}
   */
  int numaNode(String folder, String device) {
    Attempt<String> text = tree.text(folder + "/numa_node");
    if (!text.succeeded()) {
      findings.odd("the NUMA node of " + device + " is not known: " + text.cause());
      return UNKNOWN_NODE;
    }
    // The kernel writes -1 where the firmware does not tell.
    if (text.value().equals("-1")) {
      return UNKNOWN_NODE;
    }
    OptionalInt node = nodeNumber(text.value());
    if (node.isEmpty()) {
      findings.odd(
          "the NUMA node of "
              + device
              + " is not known: "
              + folder
              + "/numa_node holds \""
              + text.value()
              + "\"");
    }
    return node.orElse(UNKNOWN_NODE);
  }

  /** Returns the NUMA node of an address. */
  int numaNodeOf(String address, String device) {
    return numaNode(FOLDER + address, device);
  }

  /** Reads the number of a NUMA node; empty when the text is none. */
  static OptionalInt nodeNumber(String text) {
    if (!text.matches("0|[1-9][0-9]{0,3}")) {
      return OptionalInt.empty();
    }
    int node = Integer.parseInt(text);
    return node <= HIGHEST_NODE ? OptionalInt.of(node) : OptionalInt.empty();
  }

  /** Says what is wrong with an address; done when a device is there. */
  Attempt<String> path(String address) {
    return paths.computeIfAbsent(address, key -> tree.real(FOLDER + key));
  }

  /**
   * Returns how far two devices are from each other: the number of slashes in their two real paths
   * behind what both have in common, compared by characters.
   *
   * @return 0 for neighbours whose addresses begin alike, or empty when one is not there
   */
  OptionalInt distance(String left, String right) {
    Attempt<String> a = path(left);
    Attempt<String> b = path(right);
    return a.succeeded() && b.succeeded()
        ? OptionalInt.of(distanceOfPaths(a.value(), b.value()))
        : OptionalInt.empty();
  }

  static int distanceOfPaths(String left, String right) {
    int common = 0;
    while (common < left.length()
        && common < right.length()
        && left.charAt(common) == right.charAt(common)) {
      common++;
    }
    return slashes(left, common) + slashes(right, common);
  }

  private static int slashes(String path, int from) {
    return (int) path.substring(from).chars().filter(c -> c == '/').count();
  }
}
