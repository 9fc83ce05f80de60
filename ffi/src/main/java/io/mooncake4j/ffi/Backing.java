package io.mooncake4j.ffi;

/**
 * What lies behind a mapping.
 *
 * @param file descriptor, or {@link #NO_FILE}
 * @param flags those of {@code mmap}
 * @param protection that of {@code mmap}
 * @param offset first byte in the file
 * @param what words for messages, empty or beginning with a comma
 */
record Backing(int file, int flags, int protection, long offset, String what) {
  static final int NO_FILE = -1;

  // Values of Linux on x86_64, aarch64, riscv64 and s390x (asm-generic/mman-common.h).
  private static final int PROT_READ = 0x1;
  private static final int PROT_READ_WRITE = 0x1 | 0x2;
  private static final int MAP_SHARED = 0x01;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final int MAP_HUGETLB = 0x40000;

  static Backing anonymous(boolean explicitHuge) {
    return explicitHuge
        ? new Backing(
            NO_FILE, MAP_PRIVATE_ANONYMOUS | MAP_HUGETLB, PROT_READ_WRITE, 0, ", MAP_HUGETLB")
        : new Backing(NO_FILE, MAP_PRIVATE_ANONYMOUS, PROT_READ_WRITE, 0, "");
  }

  static Backing file(int file, long offset, boolean writable, String what) {
    return new Backing(
        file, MAP_SHARED, writable ? PROT_READ_WRITE : PROT_READ, offset, ", " + what);
  }

  /** Closes the file, if there is one. */
  void close() {
    if (file != NO_FILE) {
      FileCalls.close(file);
    }
  }
}
