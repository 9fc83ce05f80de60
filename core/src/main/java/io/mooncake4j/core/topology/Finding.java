package io.mooncake4j.core.topology;

/**
 * Why discovery left something out.
 *
 * @param kind whether somebody should look at it
 * @param words what, and why
 */
public record Finding(Kind kind, String words) {
  /** Whether somebody should look at it. */
  public enum Kind {
    /** The rules leave it out: a filter, a port without a cable. */
    LEFT_OUT,
    /**
     * Something is not as it is on a sound host: a file is missing, or holds what makes no sense.
     */
    ODD
  }

  @Override
  public String toString() {
    return words;
  }
}
