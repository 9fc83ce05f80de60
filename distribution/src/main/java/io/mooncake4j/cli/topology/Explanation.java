package io.mooncake4j.cli.topology;

import io.mooncake4j.core.topology.Finding;
import io.mooncake4j.core.topology.TopologyDiscovery.Result;
import io.mooncake4j.spi.Topology.Device;
import java.io.PrintWriter;

/** Says in words what stands behind a matrix. */
final class Explanation {
  private Explanation() {}

  /** Prints everything, or without {@code wanted} one line where something is strange. */
  static void print(Result result, boolean wanted, PrintWriter err) {
    if (wanted) {
      result.topology().devices().forEach(device -> err.println(place(device)));
      result.findings().forEach(err::println);
      return;
    }
    long odd =
        result.findings().stream().filter(finding -> finding.kind() == Finding.Kind.ODD).count();
    if (odd > 0) {
      err.println("mooncake: odd things were found (" + odd + "); --explain tells them");
    }
  }

  private static String place(Device device) {
    return "device "
        + device.name()
        + ": PCI address "
        + (device.pciAddress().isEmpty() ? "not known" : device.pciAddress())
        + ", NUMA node "
        + (device.numaNode() < 0 ? "not known" : String.valueOf(device.numaNode()));
  }
}
