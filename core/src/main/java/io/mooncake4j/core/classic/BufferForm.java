package io.mooncake4j.core.classic;

/** How C++ Mooncake writes the buffers of a protocol, and what it demands of them. */
enum BufferForm {
  /** A virtual address. */
  PLAIN,
  /** A virtual address with one key per device. */
  KEYED,
  /** The same where the number of keys has to be the number of devices. */
  KEYED_PER_DEVICE,
  /** A virtual address with an exported handle; entries without one are passed over. */
  HANDLE,
  /** An offset into a device that all hosts map. */
  DEVICE,
  /** A file, which follows the one before it. */
  FILE,
  /** A protocol that is not known: only the range is looked at. */
  UNKNOWN;

  static BufferForm of(String protocol) {
    return switch (protocol) {
      case "tcp", "nccl", "ascend", "ub" -> PLAIN;
      case "barex" -> KEYED;
      case "rdma", "efa", "cxi" -> KEYED_PER_DEVICE;
      case "nvlink", "nvlink_intra", "hip", "maca", "musa", "ubshmem", "sunrise_link" -> HANDLE;
      case "cxl" -> DEVICE;
      case "nvmeof" -> FILE;
      default -> UNKNOWN;
    };
  }

  boolean keyed() {
    return this == KEYED || this == KEYED_PER_DEVICE;
  }
}
