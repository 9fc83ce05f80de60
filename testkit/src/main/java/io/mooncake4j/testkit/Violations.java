package io.mooncake4j.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Collects breaches of the SPI that happen on threads of a transport, where throwing would be lost.
 *
 * <p>Safe from any thread.
 */
public final class Violations {
  private final List<AssertionError> errors = new CopyOnWriteArrayList<>();

  /** Makes an empty collection. */
  public Violations() {}

  /**
   * Notes a breach.
   *
   * @param message what was done against which promise
   * @return the error, for a caller that throws it too
   */
  public AssertionError add(String message) {
    AssertionError error =
        new AssertionError(message + " (on thread " + Thread.currentThread().getName() + ")");
    errors.add(error);
    return error;
  }

  /**
   * Returns what was noted so far.
   *
   * @return a live, read-only view
   */
  public List<AssertionError> errors() {
    return List.copyOf(errors);
  }

  /**
   * Fails when anything was noted.
   *
   * @throws AssertionError the first breach, with the others suppressed
   */
  public void assertNone() {
    if (errors.isEmpty()) {
      return;
    }
    AssertionError first = new AssertionError(errors.get(0).getMessage(), errors.get(0));
    errors.stream().skip(1).forEach(first::addSuppressed);
    throw first;
  }
}
