package io.mooncake4j.api;

import java.util.Objects;

/**
 * How the engine is to allocate a region.
 *
 * @param length bytes, at least 1; rounded up to whole pages in memory, not in the region
 * @param location host memory; {@code cpu:N} asks for NUMA node N
 * @param pages what kind of pages to ask for; a kind that is not permitted falls back to the next
 *     smaller one with a log line
 * @param remoteAccessible whether peers may reach it
 */
public record Allocation(long length, Location location, Pages pages, boolean remoteAccessible) {
  /** Kinds of memory pages. */
  public enum Pages {
    /** Pages of the usual size. */
    NORMAL,
    /** Usual pages that the kernel may merge into huge ones. */
    TRANSPARENT_HUGE,
    /** Pages of the reserved huge page pool. */
    EXPLICIT_HUGE
  }

  /**
   * Checks the parts.
   *
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when the length is not
   *     positive or the location is not host memory
   */
  public Allocation {
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(pages, "pages");
    if (length <= 0) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "cannot allocate " + length + " bytes; ask for at least 1");
    }
    if (!location.isHost()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "cannot allocate host memory at " + location);
    }
  }

  /**
   * Asks for memory that peers may reach, anywhere, in usual pages.
   *
   * @param length bytes
   * @return the allocation
   */
  public static Allocation of(long length) {
    return new Allocation(length, Location.ANY, Pages.NORMAL, true);
  }

  /**
   * Returns the same allocation at a location.
   *
   * @param where host memory
   * @return a copy
   */
  public Allocation at(Location where) {
    return new Allocation(length, where, pages, remoteAccessible);
  }

  /**
   * Returns the same allocation with another kind of pages.
   *
   * @param kind the pages
   * @return a copy
   */
  public Allocation with(Pages kind) {
    return new Allocation(length, location, kind, remoteAccessible);
  }

  /**
   * Returns the same allocation, out of peers' reach.
   *
   * @return a copy
   */
  public Allocation localOnly() {
    return new Allocation(length, location, pages, false);
  }
}
