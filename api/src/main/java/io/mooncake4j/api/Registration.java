package io.mooncake4j.api;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Memory of the caller that an engine is to register.
 *
 * @param buffer a direct buffer whose whole capacity is meant, or null when {@code address} is
 *     given
 * @param address the first byte when there is no buffer, else 0
 * @param length bytes
 * @param location where the memory lives
 * @param remoteAccessible whether peers may reach it
 * @param owner kept strongly reachable while the region is registered; what keeps the memory alive
 */
public record Registration(
    ByteBuffer buffer,
    long address,
    long length,
    Location location,
    boolean remoteAccessible,
    Object owner) {
  /**
   * Checks the parts.
   *
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} for a heap buffer, a length
   *     that is not positive, a null address, or a range that wraps around
   */
  public Registration {
    Objects.requireNonNull(location, "location");
    if (buffer != null && !buffer.isDirect()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "a heap buffer has no fixed address; register a direct buffer or let the engine allocate");
    }
    if (buffer != null && buffer.isReadOnly()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "a read-only buffer cannot be registered");
    }
    if (length <= 0) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "cannot register " + length + " bytes; give at least 1");
    }
    boolean wraps = Long.compareUnsigned(address + length - 1, address) < 0;
    if (buffer == null && (address == 0 || wraps)) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "cannot register 0x" + Long.toHexString(address) + "+" + length + ": no valid range");
    }
  }

  /**
   * Registers a whole direct buffer, from 0 to its capacity.
   *
   * @param buffer kept strongly reachable until the region is closed
   * @return the registration
   */
  public static Registration of(ByteBuffer buffer) {
    return new Registration(buffer, 0, buffer.capacity(), Location.ANY, true, buffer);
  }

  /**
   * Registers memory by address.
   *
   * @param address the first byte
   * @param length bytes
   * @param location where it lives
   * @param owner what keeps the memory alive, such as an arena; kept strongly reachable
   * @return the registration
   */
  public static Registration of(long address, long length, Location location, Object owner) {
    return new Registration(null, address, length, location, true, owner);
  }

  /**
   * Returns the same memory at a known location.
   *
   * @param where the location
   * @return a copy
   */
  public Registration at(Location where) {
    return new Registration(buffer, address, length, where, remoteAccessible, owner);
  }

  /**
   * Returns the same memory, out of peers' reach.
   *
   * @return a copy
   */
  public Registration localOnly() {
    return new Registration(buffer, address, length, location, false, owner);
  }
}
