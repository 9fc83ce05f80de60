package io.mooncake4j.ffi;

import com.kenai.jffi.LastError;

/**
 * A Linux error number with its symbolic name and the C library's text.
 *
 * <p>Immutable. Names follow the numbering shared by x86_64, aarch64 and most other Linux
 * architectures ({@code asm-generic/errno.h}).
 *
 * @param value the number as C's {@code errno} holds it, positive; 0 means "no error"
 */
public record Errno(int value) {
  /** Operation not permitted. */
  public static final Errno EPERM = new Errno(1);

  /** No such file, or for a queried page: not present. */
  public static final Errno ENOENT = new Errno(2);

  /** No memory, address space or permitted locked memory left. */
  public static final Errno ENOMEM = new Errno(12);

  /** Bad address. */
  public static final Errno EFAULT = new Errno(14);

  /** Invalid argument, or a request that this kernel does not know. */
  public static final Errno EINVAL = new Errno(22);

  /** System call not implemented. */
  public static final Errno ENOSYS = new Errno(38);

  /**
   * Returns the error number that the calling thread's last native call left.
   *
   * <p>Only meaningful directly after a call that reported failure, on the same thread.
   */
  public static Errno last() {
    return new Errno(LastError.getInstance().get());
  }

  /** Returns the symbolic name, such as {@code EINVAL}, or {@code errno 4711} for unknown ones. */
  public String symbol() {
    return ErrnoNames.of(value);
  }

  /** Returns the C library's text, such as {@code Invalid argument}. */
  public String message() {
    return LibC.strerror(value);
  }

  /** Returns name, number and text: {@code EINVAL (22): Invalid argument}. */
  @Override
  public String toString() {
    return symbol() + " (" + value + "): " + message();
  }
}
