package io.mooncake4j.ffi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies between this process and any memory of another one ({@code process_vm_readv}, {@code
 * process_vm_writev}).
 *
 * <p>There is no isolation: whoever is permitted (same user where Yama allows it, or the capability
 * SYS_PTRACE) reaches every byte of the other process. The kernel checks the other process's
 * addresses; a part that is not mapped there ends the copy early.
 *
 * <p>Addresses of this process are not checked beyond their sign: the caller holds the memory.
 * Lengths are bytes. Thread-safe; each thread has scratch memory of its own.
 */
public final class OtherProcess {
  /** What the kernel copies at most in one call: just under 2 GiB. */
  private static final long MOST_AT_ONCE = 1L << 30;

  /** Two of C's {@code struct iovec}. */
  private static final int SCRATCH_BYTES = 4 * Long.BYTES;

  private static final ThreadLocal<ByteBuffer> SCRATCH =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(SCRATCH_BYTES).order(ByteOrder.nativeOrder()));

  private final long pid;

  /**
   * Names a process; nothing is asked of it yet.
   *
   * @param pid its number as this process sees it, more than 0
   */
  public OtherProcess(long pid) {
    if (pid <= 0 || pid > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("process " + pid + ": numbers are positive ints");
    }
    this.pid = pid;
  }

  /** Returns its number. */
  public long pid() {
    return pid;
  }

  /** Tells whether this C library has the calls; whether a process may be reached shows at it. */
  public static Attempt<Void> available() {
    return FileCalls.available();
  }

  /**
   * Copies from the other process.
   *
   * @param remote address there
   * @param local address here
   * @param length at least 0
   * @return done when every byte arrived; otherwise why not, and any of the bytes may have
   */
  public Attempt<Void> read(long remote, long local, long length) {
    return copy("process_vm_readv", remote, local, length);
  }

  /**
   * Copies to the other process.
   *
   * @param remote address there
   * @param local address here
   * @param length at least 0
   * @return done when every byte arrived; otherwise why not, and any of the bytes may have
   */
  public Attempt<Void> write(long remote, long local, long length) {
    return copy("process_vm_writev", remote, local, length);
  }

  /** The scratch memory is the thread's, so that it stays where it is during the call. */
  private Attempt<Void> copy(String function, long remote, long local, long length) {
    requireRange(remote, length);
    requireRange(local, length);
    boolean reading = function.endsWith("readv");
    ByteBuffer vectors = SCRATCH.get();
    long here = LibC.addressOf(vectors);
    long there = here + 2 * Long.BYTES;
    for (long done = 0; done < length; ) {
      long size = Math.min(MOST_AT_ONCE, length - done);
      vectors.putLong(0, local + done).putLong(8, size).putLong(16, remote + done);
      vectors.putLong(24, size);
      long copied =
          reading
              ? FileCalls.processVmReadv(pid, here, 1, there, 1)
              : FileCalls.processVmWritev(pid, here, 1, there, 1);
      if (copied <= 0) {
        Errno errno = copied == 0 ? Errno.EFAULT : new Errno((int) -copied);
        String range = "0x" + Long.toHexString(remote) + ", length " + length;
        return Attempt.refused(
            function + "(process " + pid + ", address " + range + ") failed: " + errno, errno);
      }
      done += copied;
    }
    return Attempt.done();
  }

  private static void requireRange(long address, long length) {
    if (address <= 0 || length < 0 || address > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "not a range of user memory: address 0x"
              + Long.toHexString(address)
              + ", "
              + length
              + " bytes");
    }
  }

  @Override
  public String toString() {
    return "process " + pid;
  }
}
