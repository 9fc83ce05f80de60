package io.mooncake4j.ffi;

/**
 * Advice to the kernel on a range of memory ({@code madvise}).
 *
 * <p>Best effort: what the kernel refuses comes back as a cause in words. Thread-safe. Ranges start
 * on a page; the caller keeps them mapped during the call.
 */
public enum MemoryAdvice {
  /** No advice: undoes {@link #RANDOM} and {@link #SEQUENTIAL}. */
  NORMAL(0, "MADV_NORMAL"),
  /** Accesses will come in random order. */
  RANDOM(1, "MADV_RANDOM"),
  /** Accesses will come in order. */
  SEQUENTIAL(2, "MADV_SEQUENTIAL"),
  /** The range is needed soon. */
  WILL_NEED(3, "MADV_WILLNEED"),
  /** Drops the pages: anonymous memory reads as zero afterwards. */
  DISCARD(4, "MADV_DONTNEED"),
  /** A forked child does not get the range, which memory registered with a NIC needs. */
  DO_NOT_FORK(10, "MADV_DONTFORK"),
  /** Undoes {@link #DO_NOT_FORK}. */
  FORK(11, "MADV_DOFORK"),
  /** Use transparent huge pages. */
  HUGE_PAGE(14, "MADV_HUGEPAGE"),
  /** Use no transparent huge pages. */
  NO_HUGE_PAGE(15, "MADV_NOHUGEPAGE"),
  /** Leave the range out of core dumps. */
  DO_NOT_DUMP(16, "MADV_DONTDUMP"),
  /** Make all pages present and writable; Linux 5.14 and newer. */
  PREFAULT(23, "MADV_POPULATE_WRITE");

  private final int code;
  private final String constant;

  MemoryAdvice(int code, String constant) {
    this.code = code;
    this.constant = constant;
  }

  /**
   * Gives this advice on a range.
   *
   * @param address start of a page
   * @param length bytes
   * @return done, or why the kernel refused
   */
  public Attempt<Void> apply(long address, long length) {
    int result = LibC.madvise(address, length, code);
    if (result == 0) {
      return Attempt.done();
    }
    Errno errno = new Errno(-result);
    return Attempt.refused(
        "madvise("
            + constant
            + ", address 0x"
            + Long.toHexString(address)
            + ", length "
            + length
            + ") failed: "
            + errno,
        errno);
  }
}
