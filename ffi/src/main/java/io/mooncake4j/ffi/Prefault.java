package io.mooncake4j.ffi;

import java.nio.ByteBuffer;

/** Makes every page of fresh memory present. */
final class Prefault {
  private Prefault() {}

  /**
   * Populates a mapping that nobody else uses yet.
   *
   * @throws NativeCallException if memory runs out
   */
  static void touch(MemoryWindows windows, PageMapping mapping) {
    Attempt<Void> populated = MemoryAdvice.PREFAULT.apply(mapping.address(), mapping.length());
    if (populated.succeeded()) {
      return;
    }
    Errno errno = populated.errno().orElseThrow();
    if (!errno.equals(Errno.EINVAL)) {
      throw new NativeCallException("madvise", errno, "MADV_POPULATE_WRITE, " + mapping);
    }
    // Kernels before 5.14 do not know the advice.
    writeEachPage(windows, PageSizes.small());
  }

  /** Fresh memory is zero, so that writing zeros changes nothing. */
  static void writeEachPage(MemoryWindows windows, long pageSize) {
    for (long offset = 0; offset < windows.length(); offset += MemoryWindows.STRIDE) {
      int size = (int) Math.min(MemoryWindows.STRIDE, windows.length() - offset);
      ByteBuffer window = windows.range(offset, size);
      for (int position = 0; position < size; position += (int) pageSize) {
        window.put(position, (byte) 0);
      }
    }
  }
}
