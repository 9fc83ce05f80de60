package io.mooncake4j.plugins.shm.wire;

/**
 * A process, told from later ones with the same number by when it began.
 *
 * @param pid its number
 * @param start when it began: the lower 41 bits of field 22 of {@code /proc/<pid>/stat}, in clock
 *     ticks since the host began
 */
public record ProcessIdentity(long pid, long start) {
  private static final int START_BITS = 41;
  private static final long START_MASK = (1L << START_BITS) - 1;
  private static final long MAX_PID = 1L << (Long.SIZE - 1 - START_BITS);

  /** Cuts the start to what fits into a word beside the number. */
  public ProcessIdentity {
    if (pid <= 0 || pid >= MAX_PID) {
      throw new IllegalArgumentException(pid + " is no process number");
    }
    start &= START_MASK;
  }

  /**
   * Makes one word of it, which can be compared and exchanged.
   *
   * @return not 0
   */
  public long packed() {
    return pid << START_BITS | start;
  }

  /**
   * Makes an identity of a word that a peer has written.
   *
   * @param word any
   * @return the identity, or null when the word is none
   */
  public static ProcessIdentity unpack(long word) {
    long pid = word >> START_BITS;
    return pid <= 0 ? null : new ProcessIdentity(pid, word);
  }
}
