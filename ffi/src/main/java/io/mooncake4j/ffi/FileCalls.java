package io.mooncake4j.ffi;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/**
 * The C library's functions on descriptors and on other processes.
 *
 * <p>Apart from {@link LibC}, because an old C library lacks some of them and still serves for the
 * rest. Results follow the same convention: not negative, or the error number negated.
 */
final class FileCalls {
  /** The same on x86_64, aarch64, riscv64 and s390x (asm-generic/fcntl.h). */
  static final int O_RDWR = 2;

  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int SEEK_END = 2;

  private static final int PATH_MAX = 4096;
  private static final Attempt<Functions> FUNCTIONS =
      NativeLibrary.open("libc.so.6").then(FileCalls::functionsOf);

  private FileCalls() {}

  private record Functions(
      CFunction memfdCreate,
      CFunction ftruncate,
      CFunction fallocate,
      CFunction fchmod,
      CFunction fcntl,
      CFunction open,
      CFunction lseek,
      CFunction fstatfs,
      CFunction close,
      CFunction processVmReadv,
      CFunction processVmWritev) {
    Functions(NativeLibrary c) {
      this(
          new CFunction(c, "memfd_create", 2),
          new CFunction(c, "ftruncate", 2),
          new CFunction(c, "fallocate", 4),
          new CFunction(c, "fchmod", 2),
          new CFunction(c, "fcntl", 3),
          new CFunction(c, "open", 3),
          new CFunction(c, "lseek", 3),
          new CFunction(c, "fstatfs", 2),
          new CFunction(c, "close", 1),
          new CFunction(c, "process_vm_readv", 6),
          new CFunction(c, "process_vm_writev", 6));
    }
  }

  private static Attempt<Functions> functionsOf(NativeLibrary library) {
    try {
      return Attempt.success(new Functions(library));
    } catch (IllegalStateException e) {
      return Attempt.refused(e.getMessage() + "; it needs glibc 2.27 or newer");
    }
  }

  /** Tells whether all of them are there. */
  static Attempt<Void> available() {
    return FUNCTIONS.then(functions -> Attempt.done());
  }

  static int memfdCreate(String name, int flags) {
    ByteBuffer text = zeroTerminated(name);
    try {
      return functions().memfdCreate.callInt(LibC.addressOf(text), flags);
    } finally {
      Reference.reachabilityFence(text);
    }
  }

  static int open(String path, int flags) {
    ByteBuffer text = zeroTerminated(path);
    try {
      return functions().open.callInt(LibC.addressOf(text), flags, 0);
    } finally {
      Reference.reachabilityFence(text);
    }
  }

  static int ftruncate(int file, long length) {
    return functions().ftruncate.callInt(file, length);
  }

  static int fallocate(int file, long length) {
    return functions().fallocate.callInt(file, 0, 0, length);
  }

  static int fchmod(int file, int mode) {
    return functions().fchmod.callInt(file, mode);
  }

  static int fcntl(int file, int command, int argument) {
    return functions().fcntl.callInt(file, command, argument);
  }

  static long lseek(int file, long offset, int whence) {
    return functions().lseek.call(file, offset, whence);
  }

  static int fstatfs(int file, ByteBuffer out) {
    try {
      return functions().fstatfs.callInt(file, LibC.addressOf(out));
    } finally {
      Reference.reachabilityFence(out);
    }
  }

  static int close(int file) {
    return functions().close.callInt(file);
  }

  static long processVmReadv(long pid, long local, long localCount, long remote, long count) {
    return functions().processVmReadv.call(pid, local, localCount, remote, count, 0);
  }

  static long processVmWritev(long pid, long local, long localCount, long remote, long count) {
    return functions().processVmWritev.call(pid, local, localCount, remote, count, 0);
  }

  private static ByteBuffer zeroTerminated(String text) {
    byte[] bytes = text.getBytes(Charset.defaultCharset());
    if (bytes.length >= PATH_MAX || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "not a name for the kernel: " + bytes.length + " bytes, or a zero among them");
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 1).order(ByteOrder.nativeOrder());
    return buffer.put(bytes).put((byte) 0).flip();
  }

  private static Functions functions() {
    return FUNCTIONS.value();
  }
}
