package io.mooncake4j.ffi;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What came of something the machine may refuse: a value, or the cause of the refusal in words.
 *
 * <p>Immutable. Used where refusal is an ordinary outcome (a library that is not installed, memory
 * that may not be locked), so that the caller decides between doing without and failing.
 *
 * @param <T> type of the value; {@link Void} where success has no value
 */
public final class Attempt<T> {
  private final T value;
  private final String cause;
  private final Errno errno;

  private Attempt(T value, String cause, Errno errno) {
    this.value = value;
    this.cause = cause;
    this.errno = errno;
  }

  /** Returns a success with a value. */
  public static <T> Attempt<T> success(T value) {
    return new Attempt<>(Objects.requireNonNull(value, "value"), null, null);
  }

  /** Returns a success that has no value. */
  public static Attempt<Void> done() {
    return new Attempt<>(null, null, null);
  }

  /** Returns a refusal with its cause in words. */
  public static <T> Attempt<T> refused(String cause) {
    return new Attempt<>(null, Objects.requireNonNull(cause, "cause"), null);
  }

  /** Returns a refusal with its cause in words and the error number behind it. */
  public static <T> Attempt<T> refused(String cause, Errno errno) {
    return new Attempt<>(
        null, Objects.requireNonNull(cause, "cause"), Objects.requireNonNull(errno, "errno"));
  }

  /** Tells whether it worked. */
  public boolean succeeded() {
    return cause == null;
  }

  /**
   * Returns the value, null for a success without one.
   *
   * @throws IllegalStateException with the cause, when it was refused
   */
  public T value() {
    if (cause != null) {
      throw new IllegalStateException(cause);
    }
    return value;
  }

  /** Returns why it was refused, empty when it succeeded. */
  public String cause() {
    return cause == null ? "" : cause;
  }

  /** Returns the error number behind a refusal, where there is one. */
  public Optional<Errno> errno() {
    return Optional.ofNullable(errno);
  }

  /** Goes on with the value of a success; a refusal stays as it is. */
  public <U> Attempt<U> then(Function<? super T, Attempt<U>> next) {
    return cause == null ? next.apply(value) : new Attempt<>(null, cause, errno);
  }

  @Override
  public String toString() {
    if (cause != null) {
      return "refused: " + cause;
    }
    return value == null ? "done" : "success: " + value;
  }
}
