package io.mooncake4j.api;

/** What a remote address counts from. */
public enum AddressSpace {
  /** A virtual address in the process that registered the memory. */
  VIRTUAL,
  /** An offset from the start of a device mapping that all hosts share, such as CXL memory. */
  DEVICE_OFFSET,
  /** An offset within the concatenation of a segment's files. */
  FILE_OFFSET
}
