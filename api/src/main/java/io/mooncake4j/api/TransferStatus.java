package io.mooncake4j.api;

/**
 * The state of a request or of a batch.
 *
 * <p>Every state but {@link #WAITING} is final. {@link #number()} is the value of C++ Mooncake's
 * {@code TransferStatusEnum}.
 */
public enum TransferStatus {
  /** Queued or in flight. */
  WAITING(0),
  /** Stopped by the caller before it was done; local memory is no longer touched. */
  CANCELED(3),
  /** The bytes are in the destination memory. */
  COMPLETED(4),
  /** The deadline passed first; local memory is no longer touched. */
  TIMEOUT(5),
  /** It failed; local memory is no longer touched. */
  FAILED(6);

  private final int number;

  TransferStatus(int number) {
    this.number = number;
  }

  /**
   * Returns C++ Mooncake's number of this state.
   *
   * @return the number
   */
  public int number() {
    return number;
  }

  /**
   * Says whether the state is final.
   *
   * @return true for every state but {@link #WAITING}
   */
  public boolean isFinal() {
    return this != WAITING;
  }
}
