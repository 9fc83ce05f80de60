package io.mooncake4j.spi;

import java.util.Objects;

/**
 * Whether a provider can work on this host, and if not, why.
 *
 * @param available true when it can
 * @param cause in words why it cannot; empty when it can
 */
public record Availability(boolean available, String cause) {
  /** Checks that a refusal has a cause. */
  public Availability {
    Objects.requireNonNull(cause, "cause");
    if (!available && cause.isBlank()) {
      throw new IllegalArgumentException("say why the provider is not available");
    }
  }

  /**
   * Says yes.
   *
   * @return available
   */
  public static Availability yes() {
    return new Availability(true, "");
  }

  /**
   * Says no.
   *
   * @param cause why, in words, with what the user can do
   * @return not available
   */
  public static Availability no(String cause) {
    return new Availability(false, cause);
  }
}
