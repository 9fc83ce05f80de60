package io.mooncake4j.plugins.shm.wire;

/**
 * What a control area says about a region.
 *
 * @param key which no other region of the area ever has; not 0
 * @param address the first byte as the owner sees it
 * @param length bytes
 * @param descriptor the owner's descriptor of the file behind it, or {@link #NO_FILE}
 * @param offset where in the file it begins
 */
public record RegionRecord(long key, long address, long length, long descriptor, long offset) {
  /** The region is memory of the owner's process alone: process_vm_readv and _writev reach it. */
  public static final int NO_FILE = -1;

  /**
   * Says whether it can be mapped.
   *
   * @return false when only the owner's process has the memory
   */
  public boolean hasFile() {
    return descriptor != NO_FILE;
  }

  /**
   * Checks what a peer has written.
   *
   * @return false when no region can look like this
   */
  public boolean isSane() {
    boolean range = length > 0 && address > 0 && address <= Long.MAX_VALUE - length;
    boolean file =
        descriptor >= 0
            && descriptor <= Integer.MAX_VALUE
            && offset >= 0
            && offset <= Long.MAX_VALUE - length;
    return range && (file || !hasFile());
  }
}
