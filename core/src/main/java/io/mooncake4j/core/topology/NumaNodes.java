package io.mooncake4j.core.topology;

import io.mooncake4j.ffi.Attempt;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds the NUMA nodes. Format: {@code /sys/devices/system/node}. */
final class NumaNodes {
  private static final String FOLDER = "/sys/devices/system/node";
  private static final String PREFIX = "node";

  private NumaNodes() {}

  /** Returns the nodes that exist, with memory or without; empty where a tree does not tell. */
  static SortedSet<Integer> of(FileTree tree, Findings findings) {
    SortedSet<Integer> nodes = new TreeSet<>();
    Attempt<List<String>> names = tree.names(FOLDER);
    if (!names.succeeded()) {
      findings.odd("there are no rows for host memory: " + names.cause());
      return nodes;
    }
    for (String name : names.value()) {
      if (name.startsWith(PREFIX)) {
        add(nodes, name, tree, findings);
      }
    }
    if (nodes.isEmpty()) {
      findings.odd("there are no rows for host memory: " + FOLDER + " holds no node");
    }
    return nodes;
  }

  private static void add(SortedSet<Integer> nodes, String name, FileTree tree, Findings findings) {
    OptionalInt node = PciDevices.nodeNumber(name.substring(PREFIX.length()));
    if (node.isEmpty()) {
      findings.odd("\"" + name + "\" in " + FOLDER + " is left out: this is no NUMA node");
    } else if (tree.isFolder(FOLDER + "/" + name)) {
      nodes.add(node.getAsInt());
    } else {
      findings.odd(FOLDER + "/" + name + " is left out: it is not a folder");
    }
  }
}
