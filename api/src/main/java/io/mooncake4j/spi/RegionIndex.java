package io.mooncake4j.spi;

/**
 * The engine's registered regions, by address. Safe from any thread; a look-up takes logarithmic
 * time and allocates nothing.
 */
public interface RegionIndex {
  /**
   * Finds the remote accessible region in which a whole range lies and acquires it.
   *
   * @param address the first byte; unsigned
   * @param length bytes; a range of 0 bytes is in no region
   * @return the region, acquired: call {@link LocalRegion#release()} when done; or null when the
   *     range is not inside one remote accessible region
   */
  LocalRegion acquire(long address, long length);
}
