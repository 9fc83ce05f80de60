package io.mooncake4j.ffi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Files in memory ({@code memfd}): makes them sealed, and opens those of other processes only when
 * they are.
 *
 * @param name what {@code /proc/<pid>/maps} shows
 */
record MemoryFile(String name) implements PageSource {
  // Values of Linux on all machines (linux/memfd.h, linux/fcntl.h, linux/magic.h).
  private static final int MFD_CLOEXEC = 0x1;
  private static final int MFD_ALLOW_SEALING = 0x2;
  private static final int MFD_HUGETLB = 0x4;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_GET_SEALS = 1034;
  private static final int F_SEAL_SEAL = 0x1;
  private static final int F_SEAL_SHRINK = 0x2;
  private static final int F_SEAL_GROW = 0x4;
  private static final long HUGETLBFS_MAGIC = 0x958458f6L;

  private static final int OWNER_ONLY = 0600;
  private static final int STATFS_BYTES = 512;

  /** The kernel's longest name is 249 bytes. */
  private static final int LONGEST_NAME = 200;

  MemoryFile {
    if (name.isEmpty() || !name.matches("[ -~]{1," + LONGEST_NAME + "}")) {
      throw new IllegalArgumentException(
          "a memory file's name has 1 to " + LONGEST_NAME + " printable ASCII characters");
    }
  }

  @Override
  public String transparentSetting() {
    return PageSizes.transparentFileSetting().orElse("never");
  }

  @Override
  public String where() {
    return "for shared memory (transparent_hugepage/shmem_enabled)";
  }

  @Override
  public Backing prepare(long length, boolean explicitHuge) {
    int huge = explicitHuge ? MFD_HUGETLB : 0;
    String what = explicitHuge ? "memory file, MFD_HUGETLB" : "memory file";
    requireCredible(length, explicitHuge);
    int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING | huge;
    int file = checked("memfd_create", FileCalls.memfdCreate(name, flags), what);
    try {
      checked("fchmod", FileCalls.fchmod(file, OWNER_ONLY), what);
      checked("ftruncate", FileCalls.ftruncate(file, length), what + ", length " + length);
      if (!explicitHuge && isOvercommitForbidden()) {
        checked("fallocate", FileCalls.fallocate(file, length), what + ", length " + length);
      }
      int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
      checked("fcntl", FileCalls.fcntl(file, F_ADD_SEALS, seals), what + ", F_ADD_SEALS");
    } catch (NativeCallException e) {
      FileCalls.close(file);
      throw e;
    }
    return Backing.file(file, 0, true, what);
  }

  /**
   * The kernel grants a file any length and fails at the touch. Anonymous memory of more than the
   * machine has is refused at once: ask for that first.
   */
  private static void requireCredible(long length, boolean explicitHuge) {
    if (!explicitHuge) {
      MappedRange.map(length, Backing.anonymous(false)).run();
    }
  }

  /** Then a page that is not there when it is touched ends the process with SIGBUS. */
  private static boolean isOvercommitForbidden() {
    return SystemFile.read("/proc/sys/vm/overcommit_memory").orElse("0").equals("2");
  }

  private static int checked(String function, int result, String arguments) {
    if (result < 0) {
      throw new NativeCallException(function, new Errno(-result), arguments);
    }
    return result;
  }

  /**
   * Maps a part of a file; its descriptor is closed again.
   *
   * @throws IOException if it is not there, may shrink, is too short or may not be mapped
   */
  static PageMapping map(Path path, long offset, long length, boolean writable) throws IOException {
    // Not to wait where the name turns out to be a pipe's.
    int access = writable ? FileCalls.O_RDWR : 0;
    int flags = access | FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC;
    int file = FileCalls.open(path.toString(), flags);
    if (file < 0) {
      throw new IOException("open(" + path + ") failed: " + new Errno(-file));
    }
    try {
      requireSealed(file, path);
      requireLength(file, path, offset, length);
      return map(file, pageSize(file, path), offset, length, writable, path);
    } catch (NativeCallException e) {
      throw new IOException(path + " cannot be mapped: " + e.getMessage(), e);
    } finally {
      FileCalls.close(file);
    }
  }

  /** A file that shrinks under a mapping kills with SIGBUS whoever touches what is gone. */
  private static void requireSealed(int file, Path path) throws IOException {
    int seals = FileCalls.fcntl(file, F_GET_SEALS, 0);
    if (seals < 0) {
      throw new IOException(path + " is no memory file: F_GET_SEALS failed: " + new Errno(-seals));
    }
    if ((seals & F_SEAL_SHRINK) == 0) {
      throw new IOException(
          path + " is not sealed against shrinking, so that its owner could end this process");
    }
  }

  private static void requireLength(int file, Path path, long offset, long length)
      throws IOException {
    long size = FileCalls.lseek(file, 0, FileCalls.SEEK_END);
    if (size < 0) {
      throw new IOException("lseek(" + path + ") failed: " + new Errno((int) -size));
    }
    if (length > size || offset > size - length) {
      throw new IOException(
          path + " has " + size + " bytes, too few for " + length + " from " + offset);
    }
  }

  private static long pageSize(int file, Path path) throws IOException {
    ByteBuffer out = ByteBuffer.allocateDirect(STATFS_BYTES).order(ByteOrder.nativeOrder());
    int result = FileCalls.fstatfs(file, out);
    if (result < 0) {
      throw new IOException("fstatfs(" + path + ") failed: " + new Errno(-result));
    }
    // struct statfs begins with the type and the block size, which for huge pages is the page's.
    boolean huge = out.getLong(0) == HUGETLBFS_MAGIC;
    return huge ? out.getLong(Long.BYTES) : PageSizes.small();
  }

  private static PageMapping map(
      int file, long pageSize, long offset, long length, boolean writable, Path path)
      throws IOException {
    if (offset % pageSize != 0) {
      throw new IOException(path + ": offset " + offset + " is not at a page of " + pageSize);
    }
    Backing backing = Backing.file(file, offset, writable, path.toString());
    long mapped = MappedRange.roundUp(length, pageSize);
    long small = PageSizes.small();
    if (pageSize > small) {
      MappedRange range = MappedRange.map(mapped, backing).withoutFile();
      return new PageMapping(range, new GrantedPages(PageKind.EXPLICIT_HUGE, pageSize, ""));
    }
    long huge = PageSizes.transparentHuge().orElse(0);
    boolean fits = huge > 0 && mapped >= huge && offset % huge == 0;
    // Only an aligned mapping sees the huge pages that the owner's has.
    MappedRange range =
        fits ? MappedRange.mapAligned(mapped, huge, backing) : MappedRange.map(mapped, backing);
    return new PageMapping(
        range.withoutFile(), new GrantedPages(PageKind.SMALL, small, "memory of others"));
  }
}
