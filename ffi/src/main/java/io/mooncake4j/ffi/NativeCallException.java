package io.mooncake4j.ffi;

/**
 * A native call returned failure: which function, with which arguments, and why.
 *
 * <p>The message reads {@code mmap(length 4096) failed: ENOMEM (12): Cannot allocate memory}.
 */
public final class NativeCallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String function;
  private final int errno;

  /**
   * Describes a failed call.
   *
   * @param function the C function's name
   * @param errno the error number it left
   * @param arguments the arguments in words, for the message
   */
  public NativeCallException(String function, Errno errno, String arguments) {
    super(function + "(" + arguments + ") failed: " + errno);
    this.function = function;
    this.errno = errno.value();
  }

  /** Returns the C function's name. */
  public String function() {
    return function;
  }

  /** Returns the error number the function left. */
  public Errno errno() {
    return new Errno(errno);
  }
}
