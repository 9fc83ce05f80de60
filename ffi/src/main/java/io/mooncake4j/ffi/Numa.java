package io.mooncake4j.ffi;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Placement of memory on NUMA nodes: {@code mbind}, {@code get_mempolicy} and {@code move_pages}.
 *
 * <p>Best effort: a kernel without NUMA, a machine whose system call numbers are not known here, a
 * container that forbids the calls and a node that does not exist all come back as a cause in
 * words. Stateless and thread-safe. The caller keeps the memory mapped during a call.
 */
public final class Numa {
  /** In {@link #nodesOf}: the page is not present, because nothing touched it yet. */
  public static final int NOT_PRESENT = -Errno.ENOENT.value();

  /** Highest number of nodes that Linux can be configured for. */
  static final int MAX_NODES = 1024;

  private static final int MASK_BYTES = MAX_NODES / Byte.SIZE;
  private static final int OF_ADDRESS = 2;
  private static final int MODE_MASK = 0xFF;
  private static final String SYS_NODES = "/sys/devices/system/node/";

  private Numa() {}

  private record Calls(long mbind, long getMempolicy, long movePages) {}

  /** Numbers of machines that follow the kernel's {@code asm-generic/unistd.h}. */
  private static final Calls GENERIC = new Calls(235, 236, 239);

  private static final Map<Integer, Calls> CALLS =
      Map.of(
          ElfHeader.X86_64, new Calls(237, 239, 279),
          ElfHeader.AARCH64, GENERIC,
          ElfHeader.RISCV, GENERIC,
          ElfHeader.LOONGARCH, GENERIC);

  /** Returns the nodes that have memory, in order; empty on a kernel that does not tell. */
  public static SortedSet<Integer> availableNodes() {
    return SystemFile.read(SYS_NODES + "has_memory")
        .or(() -> SystemFile.read(SYS_NODES + "online"))
        .map(Numa::parseNodes)
        .orElse(Collections.emptySortedSet());
  }

  /**
   * Sets the policy for pages of a range that are not present yet.
   *
   * @param address start of a page
   * @param length bytes
   * @return done, or why the policy was not set
   */
  public static Attempt<Void> bind(long address, long length, NumaPolicy policy) {
    return calls().then(calls -> bind(calls, address, length, policy));
  }

  private static Attempt<Void> bind(Calls calls, long address, long length, NumaPolicy policy) {
    ByteBuffer mask = nativeBuffer(MASK_BYTES);
    LongBuffer words = mask.asLongBuffer();
    for (int node : policy.nodes()) {
      words.put(node / Long.SIZE, words.get(node / Long.SIZE) | 1L << (node % Long.SIZE));
    }
    // The kernel takes one bit less than it is told.
    int maxNode = policy.nodes().isEmpty() ? 0 : MAX_NODES + 1;
    long maskAddress = policy.nodes().isEmpty() ? 0 : LibC.addressOf(mask);
    int mode = policy.modeNumber();
    long result = call(List.of(mask), calls.mbind, address, length, mode, maskAddress, maxNode, 0);
    if (result == 0) {
      return Attempt.done();
    }
    String what = "mbind(" + policy + ", " + range(address, length) + ")";
    return refused(what, result, "; nodes with memory: " + availableNodes());
  }

  /**
   * Returns the policy in force at an address.
   *
   * @return the policy, or why it cannot be read
   */
  public static Attempt<NumaPolicy> policyAt(long address) {
    return calls().then(calls -> policyAt(calls, address));
  }

  private static Attempt<NumaPolicy> policyAt(Calls calls, long address) {
    ByteBuffer out = nativeBuffer(Long.BYTES + MASK_BYTES);
    long mode = LibC.addressOf(out);
    long mask = mode + Long.BYTES;
    long result =
        call(List.of(out), calls.getMempolicy, mode, mask, MAX_NODES, address, OF_ADDRESS, 0);
    if (result < 0) {
      return refused("get_mempolicy(" + hex(address) + ")", result, "");
    }
    SortedSet<Integer> nodes = new TreeSet<>();
    for (int node = 0; node < MAX_NODES; node++) {
      long word = out.getLong(Long.BYTES + node / Long.SIZE * Long.BYTES);
      if ((word >>> (node % Long.SIZE) & 1) != 0) {
        nodes.add(node);
      }
    }
    int number = out.getInt(0) & MODE_MASK;
    return NumaPolicy.ofKernel(number, nodes)
        .map(Attempt::success)
        .orElseGet(() -> Attempt.refused("the policy at " + hex(address) + " has mode " + number));
  }

  /**
   * Returns on which node each of some pages is.
   *
   * @param pages addresses within the pages
   * @return per page its node, {@link #NOT_PRESENT}, or another negated error number; or why the
   *     question was refused
   */
  public static Attempt<int[]> nodesOf(long... pages) {
    return calls().then(calls -> nodesOf(calls, pages));
  }

  private static Attempt<int[]> nodesOf(Calls calls, long... pages) {
    ByteBuffer addresses = nativeBuffer(Math.multiplyExact(pages.length, Long.BYTES));
    addresses.asLongBuffer().put(pages);
    ByteBuffer status = nativeBuffer(pages.length * Integer.BYTES);
    // Process 0 is the caller's own; without target nodes nothing is moved, only told.
    long from = LibC.addressOf(addresses);
    long to = LibC.addressOf(status);
    long result =
        call(List.of(addresses, status), calls.movePages, 0, pages.length, from, 0, to, 0);
    if (result < 0) {
      return refused("move_pages(" + pages.length + " pages)", result, "");
    }
    int[] nodes = new int[pages.length];
    status.asIntBuffer().get(nodes);
    return Attempt.success(nodes);
  }

  /** Reads a list such as {@code 0-2,5}. */
  static SortedSet<Integer> parseNodes(String list) {
    SortedSet<Integer> nodes = new TreeSet<>();
    for (String part : list.split(",", -1)) {
      if (!part.isBlank()) {
        String[] ends = part.trim().split("-", 2);
        int last = Integer.parseInt(ends[ends.length - 1]);
        for (int node = Integer.parseInt(ends[0]); node <= last; node++) {
          nodes.add(node);
        }
      }
    }
    return nodes;
  }

  private static Attempt<Calls> calls() {
    Optional<ElfHeader> process = ElfHeader.ofThisProcess();
    return process
        .map(header -> CALLS.get(header.machine()))
        .map(Attempt::success)
        .orElseGet(() -> unknownMachine(process));
  }

  /** Makes a system call during which the buffers whose addresses it gets stay reachable. */
  private static long call(
      List<ByteBuffer> held, long number, long a, long b, long c, long d, long e, long f) {
    try {
      return LibC.syscall(number, a, b, c, d, e, f);
    } finally {
      Reference.reachabilityFence(held);
    }
  }

  private static Attempt<Calls> unknownMachine(Optional<ElfHeader> process) {
    String machine = process.map(ElfHeader::toString).orElse("a machine that is not known");
    return Attempt.refused("NUMA placement is not supported on " + machine, Errno.ENOSYS);
  }

  private static <T> Attempt<T> refused(String call, long result, String hint) {
    Errno errno = new Errno((int) -result);
    String words = call + " failed: " + errno + hint;
    if (errno.equals(Errno.ENOSYS)) {
      words += "; this kernel is built without NUMA";
    } else if (errno.equals(Errno.EPERM)) {
      words += "; a container may need the capability SYS_NICE";
    }
    return Attempt.refused(words, errno);
  }

  private static ByteBuffer nativeBuffer(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  private static String range(long address, long length) {
    return "address " + hex(address) + ", length " + length;
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
