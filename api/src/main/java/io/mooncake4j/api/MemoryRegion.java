package io.mooncake4j.api;

import java.nio.ByteBuffer;

/**
 * A range of memory that is registered with an engine, so that transfers may use it and, unless it
 * is local-only, peers may read and write it.
 *
 * <p>Lengths and offsets are bytes and may exceed 2 GiB. The region holds its memory strongly:
 * memory that the engine allocated is freed by {@link #close()}, memory of the caller is only given
 * back. All methods may be called from any thread. The contents are not synchronised: a program
 * that touches bytes which a transfer in flight writes sees old, new or mixed bytes.
 */
public interface MemoryRegion extends AutoCloseable {
  /**
   * Returns the address of the first byte.
   *
   * @return a virtual address of this process, or of the device that holds the memory
   */
  long address();

  /**
   * Returns the length.
   *
   * @return bytes, at least 1
   */
  long length();

  /**
   * Returns where the memory lives.
   *
   * @return the location given at registration
   */
  Location location();

  /**
   * Says whether peers may reach the region.
   *
   * @return false for a local-only region, which is neither published nor served
   */
  boolean remoteAccessible();

  /**
   * Returns a direct buffer over a part of the region, in native byte order.
   *
   * <p>The buffer shares the memory. It must not be used after the region is closed.
   *
   * @param offset bytes from the start of the region
   * @param length bytes
   * @return a new buffer with position 0 and limit and capacity {@code length}
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when the range leaves the
   *     region, {@link ErrorCode#NOT_IMPLEMENTED} when the memory is not host memory, {@link
   *     ErrorCode#CLOSED} after close
   */
  ByteBuffer window(long offset, int length);

  /**
   * Withdraws the region: no new transfer may use it and no peer finds it any more; waits, up to
   * the engine's close deadline, until transfers and peers have let go; then gives the memory back.
   *
   * <p>Closing twice does nothing.
   *
   * @throws MooncakeException with {@link ErrorCode#REGION_BUSY} when they have not let go by the
   *     deadline; the memory is then still held, and close may be called again
   */
  @Override
  void close();
}
