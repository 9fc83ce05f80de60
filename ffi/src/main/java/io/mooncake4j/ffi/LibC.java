package io.mooncake4j.ffi;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/**
 * The C library's functions that this package calls.
 *
 * <p>Functions that can fail return what the kernel's own convention says: a value that is not
 * negative, or the error number negated. Each throws {@link IllegalStateException} with the cause
 * where native calls are not possible at all.
 */
final class LibC {
  private static final Attempt<Functions> FUNCTIONS =
      NativeLibrary.open("libc.so.6").then(library -> Attempt.success(new Functions(library)));

  private LibC() {}

  private record Functions(
      CFunction mmap,
      CFunction munmap,
      CFunction madvise,
      CFunction mlock,
      CFunction munlock,
      CFunction getpagesize,
      CFunction strerror,
      CFunction syscall) {
    Functions(NativeLibrary c) {
      this(
          new CFunction(c, "mmap", 6),
          new CFunction(c, "munmap", 2),
          new CFunction(c, "madvise", 3),
          new CFunction(c, "mlock", 2),
          new CFunction(c, "munlock", 2),
          new CFunction(c, "getpagesize", 0),
          new CFunction(c, "strerror", 1),
          new CFunction(c, "syscall", 7));
    }
  }

  static long mmap(long address, long length, int protection, int flags, int file, long offset) {
    return functions().mmap.call(address, length, protection, flags, file, offset);
  }

  static int munmap(long address, long length) {
    return functions().munmap.callInt(address, length);
  }

  static int madvise(long address, long length, int advice) {
    return functions().madvise.callInt(address, length, advice);
  }

  static int mlock(long address, long length) {
    return functions().mlock.callInt(address, length);
  }

  static int munlock(long address, long length) {
    return functions().munlock.callInt(address, length);
  }

  static int pageSize() {
    return (int) functions().getpagesize.invoke();
  }

  /** A system call that the C library has no function for. */
  static long syscall(long number, long a, long b, long c, long d, long e, long f) {
    return functions().syscall.call(number, a, b, c, d, e, f);
  }

  static String strerror(int errno) {
    long text = functions().strerror.invoke(errno);
    // Known numbers give constants, unknown ones a buffer of the calling thread: copied at once.
    byte[] bytes = MemoryIO.getInstance().getZeroTerminatedByteArray(text);
    return new String(bytes, Charset.defaultCharset());
  }

  /** The address of a direct buffer's position 0; valid while the caller holds the buffer. */
  static long addressOf(ByteBuffer direct) {
    return MemoryIO.getInstance().getDirectBufferAddress(direct);
  }

  private static Functions functions() {
    return FUNCTIONS.value();
  }
}
