package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.testkit.TestMemory;

/**
 * The memory of a simulated device that all engines of a network see: host memory that takes the
 * place of a mapping such as that of CXL memory. Remote addresses of {@code sim-device} count from
 * its start. Safe from any thread; memory is never given back while the network lives.
 */
public final class SimulatedDeviceSpace {
  /** How much there is: 256 MiB. Pages cost nothing until they are touched. */
  public static final long CAPACITY = 256L << 20;

  private static final long PAGE = 4096;

  private final TestMemory mapping = TestMemory.allocate(CAPACITY);
  private long used;

  SimulatedDeviceSpace() {}

  /**
   * Takes a part of the device, page-aligned.
   *
   * @param length bytes
   * @return a view, good for registration by address with the view as the owner
   * @throws MooncakeException with {@link ErrorCode#MEMORY} when too little is left
   */
  public synchronized TestMemory allocate(long length) {
    if (length <= 0 || length > CAPACITY - used) {
      throw new MooncakeException(
          ErrorCode.MEMORY,
          "the simulated device has " + (CAPACITY - used) + " bytes left, not " + length);
    }
    TestMemory part = TestMemory.of(mapping.address() + used, length, mapping);
    used += (length + PAGE - 1) / PAGE * PAGE;
    return part;
  }

  /**
   * Returns the virtual address of the mapping, the origin of the device's own addresses.
   *
   * @return the address of byte 0
   */
  public long base() {
    return mapping.address();
  }

  /** Whether a range of virtual addresses lies in the mapping. */
  boolean holds(long address, long length) {
    return covers(address - base(), length);
  }

  /** Whether a range of device offsets lies in the device. */
  boolean covers(long offset, long length) {
    return offset >= 0 && length > 0 && offset <= CAPACITY - length;
  }

  TestMemory mapping() {
    return mapping;
  }
}
