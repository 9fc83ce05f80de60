package io.mooncake4j.ffi;

/**
 * The kind of pages asked for, or granted, for a mapping.
 *
 * <p>A refused kind falls back to the one before it: explicit huge pages to transparent ones, those
 * to small ones. {@link GrantedPages} says what came of it and why.
 */
public enum PageKind {
  /** What the kernel gives by itself, without advice: usually the machine's base pages. */
  SMALL,

  /**
   * Base pages that the kernel is advised to join into huge ones ({@code MADV_HUGEPAGE}); the
   * mapping is aligned for it. The kernel may still use base pages where memory is fragmented.
   */
  TRANSPARENT_HUGE,

  /**
   * Pages from the pool that the administrator reserved ({@code MAP_HUGETLB}, size by the kernel's
   * default). Reserved in full at allocation: granted means there for good.
   */
  EXPLICIT_HUGE
}
