package io.mooncake4j.spi;

import io.mooncake4j.api.Location;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A registered region as transports see it.
 *
 * <p>Host memory is reached through windows: direct buffers that overlap so that any range of up to
 * {@link #MAX_WINDOW_RANGE} bytes lies in one of them. Windows are shared between threads: take a
 * {@link ByteBuffer#duplicate()} once and keep it, then move its position and limit. All methods
 * may be called from any thread.
 */
public interface LocalRegion {
  /** The longest range that is sure to lie within one window: 1 GiB. */
  long MAX_WINDOW_RANGE = 1L << 30;

  /**
   * Returns a number that no other region of the engine has or will have.
   *
   * @return the number, at least 1
   */
  long id();

  /**
   * Returns the address of the first byte.
   *
   * @return unsigned
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
   * @return as given by the user
   */
  Location location();

  /**
   * Says whether peers may reach it.
   *
   * @return false for a local-only region
   */
  boolean remoteAccessible();

  /**
   * Returns the number of the window in which the range of up to {@link #MAX_WINDOW_RANGE} bytes
   * from an offset lies.
   *
   * @param offset bytes from the start of the region
   * @return the window's number
   */
  default int windowIndex(long offset) {
    return (int) (offset / MAX_WINDOW_RANGE);
  }

  /**
   * Returns the offset of a window's first byte.
   *
   * @param index the window's number
   * @return bytes from the start of the region
   */
  default long windowStart(int index) {
    return index * MAX_WINDOW_RANGE;
  }

  /**
   * Returns a window.
   *
   * @param index its number
   * @return the shared direct buffer, in native byte order, position 0; never move its position
   * @throws io.mooncake4j.api.MooncakeException with {@link
   *     io.mooncake4j.api.ErrorCode#NOT_IMPLEMENTED} when the memory is not host memory
   */
  ByteBuffer window(int index);

  /**
   * Returns the file in memory in which the region lives.
   *
   * @return empty unless the region is a whole allocation of the engine that has a file of its own;
   *     never present for a local-only region
   */
  default Optional<SharedFile> sharedFile() {
    return Optional.empty();
  }

  /**
   * Keeps the memory from being given back until {@link #release()}.
   *
   * @return false when the region is being withdrawn: it must not be used
   */
  boolean acquire();

  /** Ends what a successful {@link #acquire()} began. */
  void release();
}
