package io.mooncake4j.ffi;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A range of native memory of any length: page-aligned memory of its own, or a view of memory that
 * belongs to others.
 *
 * <p><b>Ownership.</b> Memory from {@link #allocate} belongs to this object. {@link #close} unmaps
 * it, exactly once. When it is forgotten, it is unmapped some time after this object and every
 * window, slice and duplicate became unreachable: windows keep the mapping. A view from {@code of}
 * holds its owner strongly, and closing it frees nothing.
 *
 * <p><b>After close</b> the memory is gone at once, also under windows handed out before: touching
 * them, or the address, is undefined. Asking for a window then throws. Whoever uses {@link
 * #address} must hold this object.
 *
 * <p><b>Threading.</b> Thread-safe; close may be called at any time, by several threads. Contents
 * are plain memory: ordering accesses is the caller's. All lengths and offsets are bytes. New
 * memory is zero.
 */
public final class NativeMemory implements AutoCloseable {
  private final MemoryWindows windows;
  private final GrantedPages pages;
  private final Attempt<Void> placement;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NativeMemory(
      MemoryWindows windows, GrantedPages pages, Attempt<Void> placement, Runnable release) {
    this.windows = windows;
    this.pages = pages;
    this.placement = placement;
    this.release = release;
  }

  /** Allocates page-aligned memory with {@link MemoryOptions#DEFAULT}. */
  public static NativeMemory allocate(long length) {
    return allocate(length, MemoryOptions.DEFAULT);
  }

  /**
   * Allocates page-aligned memory. Pages and placement that are refused fall back, see {@link
   * #actualPages} and {@link #numaPlacement}.
   *
   * @param length bytes, more than 0; the mapping behind it is rounded up to whole pages
   * @throws NativeCallException if there is no memory or address space
   */
  public static NativeMemory allocate(long length, MemoryOptions options) {
    if (length <= 0) {
      throw new IllegalArgumentException("length " + length + ": allocate at least one byte");
    }
    return over(PageMapping.create(length, options.pages(), PageSource.ANONYMOUS), length, options);
  }

  /** Places and prefaults a fresh mapping, which belongs to the result, or is gone if it throws. */
  static NativeMemory over(PageMapping mapping, long length, MemoryOptions options) {
    try {
      Attempt<Void> placement = place(mapping, options.numaNode());
      MemoryWindows windows = MemoryWindows.over(mapping.address(), length, mapping);
      if (options.prefault()) {
        Prefault.touch(windows, mapping);
      }
      return new NativeMemory(windows, mapping.pages(), placement, mapping::close);
    } catch (RuntimeException | Error e) {
      mapping.close();
      throw e;
    }
  }

  /**
   * Views a direct buffer's memory from its position to its limit.
   *
   * @throws IllegalArgumentException if the buffer is not direct or nothing remains in it
   */
  public static NativeMemory of(ByteBuffer direct) {
    if (!direct.isDirect()) {
      throw new IllegalArgumentException(
          direct + " is on the heap and has no fixed address: use ByteBuffer.allocateDirect");
    }
    return view(MemoryWindows.over(direct));
  }

  /**
   * Views memory that something else owns.
   *
   * @param address where it starts, not 0
   * @param length bytes, more than 0
   * @param owner held strongly by this object and its windows; must reference neither
   */
  public static NativeMemory of(long address, long length, Object owner) {
    return view(MemoryWindows.over(address, length, owner));
  }

  /** Views what another process made, in a mapping that belongs to the result. */
  static NativeMemory ofOthers(PageMapping mapping, long length, boolean writable) {
    MemoryWindows windows = MemoryWindows.over(mapping.address(), length, mapping, writable);
    return new NativeMemory(
        windows, mapping.pages(), Attempt.refused("memory of others"), mapping::close);
  }

  private static NativeMemory view(MemoryWindows windows) {
    GrantedPages pages = new GrantedPages(PageKind.SMALL, PageSizes.small(), "memory of others");
    return new NativeMemory(windows, pages, Attempt.refused("memory of others"), () -> {});
  }

  private static Attempt<Void> place(PageMapping mapping, int node) {
    return node == MemoryOptions.ANY_NODE
        ? Attempt.done()
        : Numa.bind(mapping.address(), mapping.length(), NumaPolicy.preferred(node));
  }

  /** Returns the address of the first byte; still the same number after close. */
  public long address() {
    return windows.address();
  }

  /** Returns the number of bytes asked for. */
  public long length() {
    return windows.length();
  }

  /** Returns the pages that were granted and, if others were asked for, why. */
  public GrantedPages actualPages() {
    return pages;
  }

  /** Tells whether the NUMA preference was set; a success too where none was asked for. */
  public Attempt<Void> numaPlacement() {
    return placement;
  }

  /** Tells whether {@link #close} was called. */
  public boolean isClosed() {
    return closed.get();
  }

  /**
   * Returns a new direct little-endian buffer over a range.
   *
   * @throws IndexOutOfBoundsException if the range is not within the memory
   * @throws IllegalStateException after close
   */
  public ByteBuffer window(long offset, int size) {
    return windows().range(offset, size);
  }

  /**
   * Returns the windows over the whole memory, for data paths that keep their own duplicates.
   *
   * @throws IllegalStateException after close
   */
  public MemoryWindows windows() {
    if (closed.get()) {
      throw new IllegalStateException(this + " is closed");
    }
    return windows;
  }

  /** Frees memory of its own; a second call does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }

  @Override
  public String toString() {
    return "native memory of " + length() + " bytes at 0x" + Long.toHexString(address());
  }
}
