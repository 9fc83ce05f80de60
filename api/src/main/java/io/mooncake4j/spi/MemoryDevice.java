package io.mooncake4j.spi;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * Memory that is not plain host memory, such as a GPU's.
 *
 * <p>One instance stands for all devices of a kind, numbered by ordinals from 0. All methods may be
 * called from any thread. Features that the description does not claim are refused with {@link
 * io.mooncake4j.api.ErrorCode#NOT_IMPLEMENTED}.
 */
public interface MemoryDevice extends AutoCloseable {
  /**
   * Returns how many devices there are.
   *
   * @return at least 1
   */
  int count();

  /**
   * Finds the device that owns an address.
   *
   * @param address the address
   * @return the ordinal, or empty when no device of this kind owns it
   */
  OptionalInt ownerOf(long address);

  /**
   * Allocates device memory.
   *
   * @param ordinal the device
   * @param length bytes, at least 1
   * @return the memory, owned by the caller
   * @throws io.mooncake4j.api.MooncakeException with {@link
   *     io.mooncake4j.api.ErrorCode#DEVICE_NOT_FOUND} for a wrong ordinal, {@link
   *     io.mooncake4j.api.ErrorCode#MEMORY} when there is not enough
   */
  DeviceMemory allocate(int ordinal, long length);

  /**
   * Copies bytes; either side may be host memory or memory of any device of this kind. Copies are
   * not ordered with each other nor with streams of the caller: await what must come first.
   *
   * @param destination the first destination address
   * @param source the first source address
   * @param length bytes
   * @return completes when the bytes are there and both ranges are no longer touched, or
   *     exceptionally with {@link io.mooncake4j.api.ErrorCode#MEMORY}
   */
  CompletableFuture<Void> copy(long destination, long source, long length);

  /**
   * Exports the allocation in which an address lies for use by another process of the host.
   *
   * @param address an address of device memory
   * @return the handle and the range it stands for
   */
  IpcHandle exportIpc(long address);

  /**
   * Maps memory that another process has exported.
   *
   * @param handle the handle's bytes
   * @param ordinal the device that is to reach it
   * @return the mapping, owned by the caller; closing it unmaps
   */
  DeviceMemory importIpc(byte[] handle, int ordinal);

  /**
   * Exports a range of device memory as a dma-buf.
   *
   * @param address the first byte
   * @param length bytes
   * @return the descriptor's owner; closing it closes the descriptor
   */
  DmaBuf exportDmaBuf(long address, long length);

  /**
   * Returns the PCI address of a device.
   *
   * @param ordinal the device
   * @return for example {@code 0000:3b:00.0} in lower case, or empty when it is not known
   */
  Optional<String> pciAddress(int ordinal);

  /** Frees what is left. Closing twice does nothing. */
  @Override
  void close();

  /** Device memory and its owner; closing frees or unmaps it, closing twice does nothing. */
  interface DeviceMemory extends AutoCloseable {
    /**
     * Returns the first address.
     *
     * @return a device address
     */
    long address();

    /**
     * Returns the length.
     *
     * @return bytes
     */
    long length();

    @Override
    void close();
  }

  /** An exported allocation and the handle that stands for it. Immutable. */
  final class IpcHandle {
    private final byte[] bytes;
    private final long address;
    private final long length;

    /**
     * Makes a handle.
     *
     * @param bytes the handle's bytes; copied
     * @param address the first byte of the allocation
     * @param length bytes of the allocation
     */
    public IpcHandle(byte[] bytes, long address, long length) {
      this.bytes = bytes.clone();
      this.address = address;
      this.length = length;
    }

    /**
     * Returns the handle's bytes.
     *
     * @return a copy
     */
    public byte[] bytes() {
      return bytes.clone();
    }

    /**
     * Returns the first address of the allocation.
     *
     * @return a device address
     */
    public long address() {
      return address;
    }

    /**
     * Returns the length of the allocation.
     *
     * @return bytes
     */
    public long length() {
      return length;
    }
  }

  /** A dma-buf file descriptor and its owner. */
  interface DmaBuf extends AutoCloseable {
    /**
     * Returns the descriptor.
     *
     * @return valid until close
     */
    int fileDescriptor();

    /**
     * Returns where the exported range begins in the dma-buf.
     *
     * @return bytes
     */
    long offset();

    @Override
    void close();
  }
}
