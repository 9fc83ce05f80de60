package io.mooncake4j.ffi;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Direct little-endian {@link ByteBuffer} windows over memory at a raw address, of any length.
 *
 * <p><b>Geometry.</b> Window {@code i} starts at {@code i} GiB and is up to 2 GiB - 1 byte long, so
 * windows overlap and every range of at most 1 GiB lies within the window at {@link #indexOf} its
 * offset. All lengths and offsets are bytes.
 *
 * <p><b>Lifetime.</b> A window, and every slice and duplicate of it, keeps the owner of the memory
 * strongly reachable. The address itself does not: whoever passes it on must hold the owner.
 * Nothing stops an owner from freeing the memory explicitly; touching a window after that is
 * undefined.
 *
 * <p><b>Threading.</b> Immutable and thread-safe. Each buffer handed out is new and its position
 * and limit are the caller's own.
 *
 * <p><b>Cost.</b> Windows are made once. On a data path without allocation, take {@link #window}
 * once per connection and region and move position and limit; {@link #range} makes one small
 * object.
 */
public final class MemoryWindows {
  /** Distance between the starts of two neighbouring windows: 1 GiB. */
  public static final long STRIDE = 1L << 30;

  private static final int STRIDE_BITS = 30;
  private static final int MAX_WINDOW = Integer.MAX_VALUE;

  private final long address;
  private final long length;
  private final Object owner;
  private final boolean writable;

  /** Never handed out: attachments of slices and duplicates, which keep the owner alive. */
  private final ByteBuffer[] windows;

  private MemoryWindows(
      long address, long length, Object owner, boolean writable, ByteBuffer... windows) {
    this.address = address;
    this.length = length;
    this.owner = owner;
    this.writable = writable;
    this.windows = windows;
  }

  /**
   * Makes one buffer over memory at an address.
   *
   * @param address where the memory starts, not 0
   * @param length bytes
   * @param owner what must stay reachable while the buffer, its slices and duplicates are; it must
   *     not reference the buffer, or neither is ever collected
   * @return a direct little-endian buffer with position 0 and limit {@code length}
   */
  public static ByteBuffer at(long address, int length, Object owner) {
    requireRange(address, length);
    Objects.requireNonNull(owner, "owner");
    ByteBuffer window = MemoryIO.getInstance().newDirectByteBuffer(address, length);
    // A buffer from native code has no attachment. Its slices and duplicates have: this buffer.
    Reachability.hold(window, owner);
    return window.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Makes windows over memory at an address.
   *
   * @param address where the memory starts, not 0
   * @param length bytes, more than 0
   * @param owner what must stay reachable while any window is; it must not reference this object or
   *     a window
   */
  public static MemoryWindows over(long address, long length, Object owner) {
    return over(address, length, owner, true);
  }

  /** Makes windows that refuse to be written where the memory behind them must not be. */
  static MemoryWindows over(long address, long length, Object owner, boolean writable) {
    requireRange(address, length);
    ByteBuffer[] windows = new ByteBuffer[count(length)];
    for (int i = 0; i < windows.length; i++) {
      long start = start(i);
      int size = (int) Math.min(MAX_WINDOW, length - start);
      windows[i] = guarded(at(address + start, size, owner), writable);
    }
    return new MemoryWindows(address, length, owner, writable, windows);
  }

  /** Makes windows over a direct buffer from its position to its limit; they hold the buffer. */
  static MemoryWindows over(ByteBuffer direct) {
    ByteBuffer whole = direct.slice();
    long length = whole.remaining();
    long address = LibC.addressOf(whole);
    requireRange(address, length);
    ByteBuffer[] windows = new ByteBuffer[count(length)];
    for (int i = 0; i < windows.length; i++) {
      int start = (int) start(i);
      windows[i] = littleEndian(whole.slice(start, whole.remaining() - start));
    }
    return new MemoryWindows(address, length, direct, true, windows);
  }

  /** Returns the address of the first byte. */
  public long address() {
    return address;
  }

  /** Returns the number of bytes that the windows cover. */
  public long length() {
    return length;
  }

  /** Returns how many windows there are. */
  public int count() {
    return windows.length;
  }

  /** Returns the index of the window in which to look for a range that starts at an offset. */
  public int indexOf(long offset) {
    return (int) (Objects.checkIndex(offset, length) >>> STRIDE_BITS);
  }

  /** Returns the offset of a window's first byte. */
  public long startOf(int index) {
    return start(Objects.checkIndex(index, windows.length));
  }

  /** Returns a new buffer over a whole window. */
  public ByteBuffer window(int index) {
    return littleEndian(windows[Objects.checkIndex(index, windows.length)].duplicate());
  }

  /**
   * Returns a new buffer over a range: a slice of a window, or for the rare range of more than 1
   * GiB that fits in none, a fresh buffer with the same lifetime rule.
   *
   * @throws IndexOutOfBoundsException if the range is not within the memory
   */
  public ByteBuffer range(long offset, int size) {
    Objects.checkFromIndexSize(offset, size, length);
    // An empty range may start at the very end, where no window starts.
    int index = (int) Math.min(offset >>> STRIDE_BITS, windows.length - 1);
    ByteBuffer window = windows[index];
    int position = (int) (offset - start(index));
    if (position <= window.capacity() - size) {
      return littleEndian(window.slice(position, size));
    }
    return guarded(at(address + offset, size, owner), writable);
  }

  private static ByteBuffer guarded(ByteBuffer window, boolean writable) {
    return writable ? window : littleEndian(window.asReadOnlyBuffer());
  }

  private static ByteBuffer littleEndian(ByteBuffer derived) {
    // Slices and duplicates are big-endian whatever their parent is.
    return derived.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long start(int index) {
    return (long) index << STRIDE_BITS;
  }

  private static int count(long length) {
    return Math.toIntExact(((length - 1) >>> STRIDE_BITS) + 1);
  }

  private static void requireRange(long address, long length) {
    if (address <= 0 || length <= 0 || address > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "not a range of user memory: address 0x"
              + Long.toHexString(address)
              + ", "
              + length
              + " bytes");
    }
  }
}
