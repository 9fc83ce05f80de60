package io.mooncake4j.ffi;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * From which NUMA nodes the kernel takes pages.
 *
 * @param mode how the nodes are used
 * @param nodes node numbers; empty for modes that name none
 */
public record NumaPolicy(Mode mode, Set<Integer> nodes) {
  /** Modes of the kernel, with their numbers from {@code linux/mempolicy.h}. */
  public enum Mode {
    /** The thread's or the system's policy. */
    DEFAULT(0, false),
    /** One node first, others when it is full. */
    PREFERRED(1, true),
    /** Only these nodes; when they are full, the process is out of memory. */
    BIND(2, true),
    /** Page by page in turn. */
    INTERLEAVE(3, true),
    /** The node of the processor that touches a page first. */
    LOCAL(4, false);

    private final int number;
    private final boolean namesNodes;

    Mode(int number, boolean namesNodes) {
      this.number = number;
      this.namesNodes = namesNodes;
    }
  }

  public NumaPolicy {
    Objects.requireNonNull(mode, "mode");
    nodes = Set.copyOf(nodes);
    for (int node : nodes) {
      if (node < 0 || node >= Numa.MAX_NODES) {
        throw new IllegalArgumentException(
            "node " + node + ": nodes are numbered 0 to " + (Numa.MAX_NODES - 1));
      }
    }
    if (mode.namesNodes == nodes.isEmpty()) {
      String fault = mode.namesNodes ? " needs at least one node" : " takes no nodes: " + nodes;
      throw new IllegalArgumentException(mode + fault);
    }
  }

  /** Prefers one node. */
  public static NumaPolicy preferred(int node) {
    return new NumaPolicy(Mode.PREFERRED, Set.of(node));
  }

  /** Allows only these nodes. */
  public static NumaPolicy bind(Integer... nodes) {
    return new NumaPolicy(Mode.BIND, Set.of(nodes));
  }

  /** Spreads pages over these nodes. */
  public static NumaPolicy interleave(Integer... nodes) {
    return new NumaPolicy(Mode.INTERLEAVE, Set.of(nodes));
  }

  /** Takes pages near the processor that touches them first. */
  public static NumaPolicy local() {
    return new NumaPolicy(Mode.LOCAL, Set.of());
  }

  /** Undoes any other policy. */
  public static NumaPolicy systemDefault() {
    return new NumaPolicy(Mode.DEFAULT, Set.of());
  }

  /** Reads what the kernel says; empty for modes that are not among ours. */
  static Optional<NumaPolicy> ofKernel(int number, Set<Integer> nodes) {
    if (number == Mode.PREFERRED.number && nodes.isEmpty()) {
      // Kernels before 5.14 tell LOCAL this way.
      return Optional.of(local());
    }
    return Arrays.stream(Mode.values())
        .filter(mode -> mode.number == number)
        .map(mode -> new NumaPolicy(mode, mode.namesNodes ? nodes : Set.of()))
        .findFirst();
  }

  /** Returns the kernel's number of the mode. */
  int modeNumber() {
    return mode.number;
  }

  @Override
  public String toString() {
    return nodes.isEmpty() ? mode.name() : mode + " " + new TreeSet<>(nodes);
  }
}
