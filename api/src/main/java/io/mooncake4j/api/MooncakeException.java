package io.mooncake4j.api;

import java.util.Objects;

/**
 * The one exception that mooncake4j throws on purpose.
 *
 * <p>The message says what happened, to which object, and what to do about it; {@link #code()} says
 * the same to a program. Unchecked. Immutable but for the suppressed exceptions that every
 * throwable has.
 */
public final class MooncakeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * Makes an exception without a cause.
   *
   * @param code what went wrong
   * @param message what happened, to which object, and what to do
   */
  public MooncakeException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * Makes an exception.
   *
   * @param code what went wrong
   * @param message what happened, to which object, and what to do
   * @param cause the underlying error, or null
   */
  public MooncakeException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  /**
   * Returns what went wrong.
   *
   * @return the code, never null
   */
  public ErrorCode code() {
    return code;
  }
}
