package io.mooncake4j.ffi;

import java.lang.ref.Cleaner;
import java.util.OptionalLong;

/**
 * A mapping of whole pages, unmapped exactly once, and its file closed: by {@link #close} or, when
 * it was forgotten, after it became unreachable.
 */
final class PageMapping implements AutoCloseable {
  private final long address;
  private final long length;
  private final int file;
  private final GrantedPages pages;
  private final Cleaner.Cleanable cleanable;

  PageMapping(MappedRange range, GrantedPages pages) {
    this.address = range.address();
    this.length = range.length();
    this.file = range.backing().file();
    this.pages = pages;
    this.cleanable = Reachability.CLEANER.register(this, range);
  }

  /**
   * Maps at least a number of bytes, with the pages asked for or those they fall back to.
   *
   * @throws NativeCallException if there is no memory or address space for small pages either
   */
  static PageMapping create(long bytes, PageKind asked, PageSource source) {
    return switch (asked) {
      case SMALL -> small(bytes, "", source);
      case TRANSPARENT_HUGE -> transparentHuge(bytes, "", source);
      case EXPLICIT_HUGE -> explicitHuge(bytes, source);
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

  /** Returns the descriptor of the file behind it, {@link Backing#NO_FILE} without one. */
  int file() {
    return file;
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  @Override
  public String toString() {
    return "mapping of " + length + " bytes at 0x" + Long.toHexString(address);
  }

  private static PageMapping small(long bytes, String cause, PageSource source) {
    long pageSize = PageSizes.small();
    MappedRange range = map(MappedRange.roundUp(bytes, pageSize), false, 1, source);
    return new PageMapping(range, new GrantedPages(PageKind.SMALL, pageSize, cause));
  }

  private static PageMapping transparentHuge(long bytes, String earlierCause, PageSource source) {
    OptionalLong hugeSize = PageSizes.transparentHuge();
    String setting = source.transparentSetting();
    if (hugeSize.isEmpty() || setting.equals("never") || setting.equals("deny")) {
      String off = "transparent huge pages are switched off " + source.where();
      return small(bytes, join(earlierCause, off), source);
    }
    if (bytes < hugeSize.getAsLong()) {
      String tooShort = bytes + " bytes fill no transparent huge page of " + hugeSize.getAsLong();
      return small(bytes, join(earlierCause, tooShort), source);
    }
    long length = MappedRange.roundUp(bytes, PageSizes.small());
    MappedRange range = map(length, false, hugeSize.getAsLong(), source);
    Attempt<Void> advised = MemoryAdvice.HUGE_PAGE.apply(range.address(), range.length());
    GrantedPages granted =
        advised.succeeded()
            ? new GrantedPages(PageKind.TRANSPARENT_HUGE, hugeSize.getAsLong(), earlierCause)
            : new GrantedPages(
                PageKind.SMALL, PageSizes.small(), join(earlierCause, advised.cause()));
    return new PageMapping(range, granted);
  }

  private static PageMapping explicitHuge(long bytes, PageSource source) {
    OptionalLong hugeSize = PageSizes.explicitHuge();
    if (hugeSize.isEmpty()) {
      return transparentHuge(bytes, "this kernel has no explicit huge pages", source);
    }
    long pageSize = hugeSize.getAsLong();
    try {
      MappedRange range = map(MappedRange.roundUp(bytes, pageSize), true, 1, source);
      return new PageMapping(range, new GrantedPages(PageKind.EXPLICIT_HUGE, pageSize, ""));
    } catch (NativeCallException e) {
      String refusal = "explicit huge pages refused: " + e.getMessage();
      return transparentHuge(bytes, join(refusal, PageSizes.explicitHugePool()), source);
    }
  }

  private static MappedRange map(
      long length, boolean explicitHuge, long alignment, PageSource source) {
    Backing backing = source.prepare(length, explicitHuge);
    try {
      return alignment > 1
          ? MappedRange.mapAligned(length, alignment, backing)
          : MappedRange.map(length, backing);
    } catch (RuntimeException e) {
      backing.close();
      throw e;
    }
  }

  private static String join(String earlier, String later) {
    return earlier.isEmpty() ? later : earlier + "; " + later;
  }
}
