package io.mooncake4j.core.topology;

import io.mooncake4j.spi.Topology;

/**
 * An RDMA device as the tree tells it.
 *
 * @param name such as {@code mlx5_0}
 * @param parent the folder of what it sits on, which for a PCI device is its address
 * @param numaNode its node, or {@link PciDevices#UNKNOWN_NODE}
 */
record RdmaDevice(String name, String parent, int numaNode) {
  Topology.Device described() {
    return new Topology.Device(name, Names.pciAddress(parent).orElse(""), numaNode);
  }
}
