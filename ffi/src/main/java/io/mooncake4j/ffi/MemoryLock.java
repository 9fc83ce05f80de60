package io.mooncake4j.ffi;

/**
 * Locking memory against being paged out ({@code mlock}).
 *
 * <p>Best effort: users other than root are limited to a few MiB unless the administrator raised
 * it, which the refusal then says. Thread-safe. The caller keeps the range mapped during the call;
 * unmapping it unlocks it.
 */
public final class MemoryLock {
  private MemoryLock() {}

  /**
   * Locks the pages of a range, and makes them present.
   *
   * @param address start of the range
   * @param length bytes
   * @return done, or why it was refused
   */
  public static Attempt<Void> lock(long address, long length) {
    int result = LibC.mlock(address, length);
    if (result == 0) {
      return Attempt.done();
    }
    Errno errno = new Errno(-result);
    boolean limit = errno.equals(Errno.ENOMEM) || errno.equals(Errno.EPERM);
    String hint = limit ? "; the limit on locked memory (ulimit -l) is " + lockedLimit() : "";
    return Attempt.refused(describe("mlock", address, length) + errno + hint, errno);
  }

  /**
   * Unlocks the pages of a range.
   *
   * @return done, or why it failed
   */
  public static Attempt<Void> unlock(long address, long length) {
    int result = LibC.munlock(address, length);
    if (result == 0) {
      return Attempt.done();
    }
    Errno errno = new Errno(-result);
    return Attempt.refused(describe("munlock", address, length) + errno, errno);
  }

  private static String describe(String function, long address, long length) {
    return function
        + "(address 0x"
        + Long.toHexString(address)
        + ", length "
        + length
        + ") failed: ";
  }

  /** The soft limit, from a line such as {@code Max locked memory 8388608 8388608 bytes}. */
  static String lockedLimit() {
    return SystemFile.read("/proc/self/limits")
        .flatMap(text -> SystemFile.valueOf("Max locked memory", text))
        .map(value -> value.split("\\s+", 2)[0])
        .map(value -> value.equals("unlimited") ? value : value + " bytes")
        .orElse("unknown");
  }
}
