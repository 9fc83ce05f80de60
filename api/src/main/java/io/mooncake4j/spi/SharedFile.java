package io.mooncake4j.spi;

/**
 * The file in memory in which a region lives, for transports that let other processes of the host
 * map it.
 *
 * <p>The file holds the region and nothing else, has the mode 0600 and is sealed: it neither
 * shrinks nor grows. It belongs to the engine: a transport never closes, changes or duplicates the
 * descriptor, and does not use it once it may no longer use the region.
 *
 * @param descriptor this process's number of the open file; others find it in {@code
 *     /proc/<pid>/fd}
 * @param offset where the region's first byte is, in bytes from the start of the file; a multiple
 *     of the file's page size
 */
public record SharedFile(int descriptor, long offset) {
  /** Checks that neither is negative. */
  public SharedFile {
    if (descriptor < 0 || offset < 0) {
      throw new IllegalArgumentException("not a file: " + descriptor + ", offset " + offset);
    }
  }
}
