package io.mooncake4j.core.topology;

import io.mooncake4j.spi.Topology;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds NUMA nodes, RDMA devices and the distances between them and other memory in a file tree.
 *
 * <p>Never throws for what a tree holds, and never waits: what is missing or makes no sense is left
 * out and becomes a {@link Finding}. Reads at most some kilobytes of each file. The same tree gives
 * the same topology. Immutable and safe from any thread.
 */
public final class TopologyDiscovery {
  /** Where the operating system shows its devices. */
  public static final Path HOST = Path.of("/");

  static final int MOST_MEMORIES = 1024;

  private final FileTree tree;

  /**
   * Makes a discovery.
   *
   * @param root the folder that holds {@code sys} and {@code dev}: {@link #HOST}, or a recorded
   *     tree
   */
  public TopologyDiscovery(Path root) {
    this.tree = new FileTree(root.toAbsolutePath());
  }

  /**
   * What was found.
   *
   * @param topology the matrix and its devices
   * @param findings what was left out, and why
   */
  public record Result(Topology topology, List<Finding> findings) {
    /** Copies the list. */
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /**
   * Builds the matrix.
   *
   * @param memories memory other than the host's, such as GPUs'
   * @param allowed names of the RDMA devices that count; empty for all
   * @return the matrix; its rows are host memory by node, then the memories as they were given
   */
  public Result discover(Collection<DeviceMemoryPlace> memories, Set<String> allowed) {
    Findings findings = new Findings();
    PciDevices pci = new PciDevices(tree, findings);
    List<RdmaDevice> devices = new RdmaDevices(tree, pci, findings).usable(allowed);
    PriorityMatrix matrix = new PriorityMatrix(devices, pci, findings);
    matrix.addHostMemory(NumaNodes.of(tree, findings));
    memories.stream().limit(MOST_MEMORIES).forEach(matrix::addDeviceMemory);
    if (memories.size() > MOST_MEMORIES) {
      findings.odd("only the first " + MOST_MEMORIES + " of " + memories.size() + " devices count");
    }
    return new Result(topology(matrix.rows(), devices), findings.all());
  }

  private static Topology topology(Map<String, Topology.Row> rows, List<RdmaDevice> devices) {
    Map<String, Topology.Device> known = new LinkedHashMap<>();
    devices.forEach(device -> known.put(device.name(), device.described()));
    return new Topology(rows, Topology.order(rows).stream().map(known::get).toList());
  }

  /**
   * Adds to a matrix from elsewhere what the tree tells about its devices.
   *
   * @param rows the matrix
   * @return the same matrix; devices that the tree does not have are findings and stay in it
   */
  public Result describe(Map<String, Topology.Row> rows) {
    Findings findings = new Findings();
    RdmaDevices devices = new RdmaDevices(tree, new PciDevices(tree, findings), findings);
    Function<String, Topology.Device> describe =
        name -> {
          if (devices.exists(name)) {
            return devices.describe(name).described();
          }
          findings.odd("device " + name + " is in the matrix, but not on this host");
          return Topology.Device.unknown(name);
        };
    List<Topology.Device> described = Topology.order(rows).stream().map(describe).toList();
    return new Result(new Topology(rows, described), findings.all());
  }
}
