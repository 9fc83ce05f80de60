package io.mooncake4j.benchmarks.peers;

/** A program cannot run on this machine; the message is the exact cause. */
public final class UnsupportedPeerException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes it.
   *
   * @param cause the exact cause, for people
   */
  public UnsupportedPeerException(String cause) {
    super(cause);
  }
}
