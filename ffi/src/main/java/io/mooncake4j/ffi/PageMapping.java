package io.mooncake4j.ffi;

import java.lang.ref.Cleaner;
import java.util.OptionalLong;

/**
 * A private anonymous mapping of whole pages, unmapped exactly once: by {@link #close} or, when it
 * was forgotten, after it became unreachable.
 */
final class PageMapping implements AutoCloseable {
  // Values of Linux on x86_64, aarch64, riscv64 and s390x (asm-generic/mman-common.h).
  private static final int PROT_READ_WRITE = 0x1 | 0x2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final int MAP_HUGETLB = 0x40000;
  private static final int NO_FILE = -1;

  private final long address;
  private final long length;
  private final GrantedPages pages;
  private final Cleaner.Cleanable cleanable;

  private PageMapping(Range range, GrantedPages pages) {
    this.address = range.address;
    this.length = range.length;
    this.pages = pages;
    this.cleanable = Reachability.CLEANER.register(this, range);
  }

  /**
   * Maps at least a number of bytes, with the pages asked for or those they fall back to.
   *
   * @throws NativeCallException if there is no memory or address space for small pages either
   */
  static PageMapping create(long bytes, PageKind asked) {
    return switch (asked) {
      case SMALL -> small(bytes, "");
      case TRANSPARENT_HUGE -> transparentHuge(bytes, "");
      case EXPLICIT_HUGE -> explicitHuge(bytes);
    };
  }

  long address() {
    return address;
  }

  GrantedPages pages() {
    return pages;
  }

  /** Returns the mapped length in bytes: the asked one rounded up to pages. */
  long length() {
    return length;
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  @Override
  public String toString() {
    return "mapping of " + length + " bytes at 0x" + Long.toHexString(address);
  }

  private static PageMapping small(long bytes, String cause) {
    long pageSize = PageSizes.small();
    Range range = Range.map(roundUp(bytes, pageSize), 0);
    return new PageMapping(range, new GrantedPages(PageKind.SMALL, pageSize, cause));
  }

  private static PageMapping transparentHuge(long bytes, String earlierCause) {
    OptionalLong hugeSize = PageSizes.transparentHuge();
    if (hugeSize.isEmpty() || PageSizes.transparentSetting().orElse("never").equals("never")) {
      return small(
          bytes, join(earlierCause, "transparent huge pages are switched off in this kernel"));
    }
    if (bytes < hugeSize.getAsLong()) {
      String tooShort = bytes + " bytes fill no transparent huge page of " + hugeSize.getAsLong();
      return small(bytes, join(earlierCause, tooShort));
    }
    Range range = Range.mapAligned(roundUp(bytes, PageSizes.small()), hugeSize.getAsLong());
    Attempt<Void> advised = MemoryAdvice.HUGE_PAGE.apply(range.address, range.length);
    GrantedPages granted =
        advised.succeeded()
            ? new GrantedPages(PageKind.TRANSPARENT_HUGE, hugeSize.getAsLong(), earlierCause)
            : new GrantedPages(
                PageKind.SMALL, PageSizes.small(), join(earlierCause, advised.cause()));
    return new PageMapping(range, granted);
  }

  private static PageMapping explicitHuge(long bytes) {
    OptionalLong hugeSize = PageSizes.explicitHuge();
    if (hugeSize.isEmpty()) {
      return transparentHuge(bytes, "this kernel has no explicit huge pages");
    }
    long pageSize = hugeSize.getAsLong();
    try {
      Range range = Range.map(roundUp(bytes, pageSize), MAP_HUGETLB);
      return new PageMapping(range, new GrantedPages(PageKind.EXPLICIT_HUGE, pageSize, ""));
    } catch (NativeCallException e) {
      String refusal = "explicit huge pages refused: " + e.getMessage();
      return transparentHuge(bytes, join(refusal, PageSizes.explicitHugePool()));
    }
  }

  private static String join(String earlier, String later) {
    return earlier.isEmpty() ? later : earlier + "; " + later;
  }

  private static long roundUp(long bytes, long pageSize) {
    if (bytes > Long.MAX_VALUE - pageSize) {
      throw new IllegalArgumentException(bytes + " bytes are beyond any address space");
    }
    return (bytes + pageSize - 1) / pageSize * pageSize;
  }

  /** Mapped addresses; running it unmaps them. */
  private record Range(long address, long length) implements Runnable {
    static Range map(long length, int extraFlags) {
      int flags = MAP_PRIVATE_ANONYMOUS | extraFlags;
      long address = LibC.mmap(0, length, PROT_READ_WRITE, flags, NO_FILE, 0);
      if (address < 0) {
        String huge = extraFlags == MAP_HUGETLB ? ", MAP_HUGETLB" : "";
        throw new NativeCallException("mmap", new Errno((int) -address), "length " + length + huge);
      }
      return new Range(address, length);
    }

    /** Maps more than asked and gives back what lies before and after the aligned part. */
    static Range mapAligned(long length, long alignment) {
      Range wide = map(roundUp(length, alignment) + alignment, 0);
      long start = roundUp(wide.address, alignment);
      long end = start + length;
      Range left = wide;
      try {
        new Range(wide.address, start - wide.address).run();
        left = new Range(start, wide.address + wide.length - start);
        new Range(end, wide.address + wide.length - end).run();
      } catch (NativeCallException e) {
        // Only what is still ours: another thread may have mapped the part that is gone.
        left.run();
        throw e;
      }
      return new Range(start, length);
    }

    @Override
    public void run() {
      if (length == 0) {
        return;
      }
      int result = LibC.munmap(address, length);
      if (result < 0) {
        throw new NativeCallException(
            "munmap",
            new Errno(-result),
            "address 0x" + Long.toHexString(address) + ", length " + length);
      }
    }
  }
}
