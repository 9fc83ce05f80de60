package io.mooncake4j.ffi;

import java.util.Objects;

/**
 * How {@link NativeMemory} is to be allocated. Pages and placement are wishes: the allocation says
 * what was granted.
 *
 * @param pages kind of pages
 * @param numaNode node to prefer, or {@link #ANY_NODE}; other nodes serve when it is full
 * @param prefault whether every page is there when the allocation returns, which takes time then
 *     and spares it at the first touch; running out of memory shows as an exception
 */
public record MemoryOptions(PageKind pages, int numaNode, boolean prefault) {
  /** No preference among the NUMA nodes. */
  public static final int ANY_NODE = -1;

  /** Small pages, any node, no prefault. */
  public static final MemoryOptions DEFAULT = new MemoryOptions(PageKind.SMALL, ANY_NODE, false);

  public MemoryOptions {
    Objects.requireNonNull(pages, "pages");
    if (numaNode < ANY_NODE) {
      throw new IllegalArgumentException(
          "numaNode " + numaNode + ": give a node number, or -1 for any");
    }
  }

  /** Returns these options with another kind of pages. */
  public MemoryOptions withPages(PageKind kind) {
    return new MemoryOptions(kind, numaNode, prefault);
  }

  /** Returns these options with another preferred node. */
  public MemoryOptions withNumaNode(int node) {
    return new MemoryOptions(pages, node, prefault);
  }

  /** Returns these options with or without prefault. */
  public MemoryOptions withPrefault(boolean wanted) {
    return new MemoryOptions(pages, numaNode, wanted);
  }
}
