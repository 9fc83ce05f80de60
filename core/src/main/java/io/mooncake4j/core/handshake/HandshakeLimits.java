package io.mooncake4j.core.handshake;

import java.time.Duration;

/**
 * What a handshake server allows its clients.
 *
 * @param maxLength the longest frame that is accepted, in bytes
 * @param exchangeTimeout how long a client may take to send its request, and how long to take in
 *     the reply; a slower one is dropped, however it spreads its bytes
 * @param serviceTimeout how long an answer may be worked on before its client is dropped
 * @param lingerTimeout how long a client may take to close after it has been sent its reply
 * @param maxConnections how many clients are served at a time; beyond, the one that has been idle
 *     for longest is dropped for a new one
 */
public record HandshakeLimits(
    int maxLength,
    Duration exchangeTimeout,
    Duration serviceTimeout,
    Duration lingerTimeout,
    int maxConnections) {
  private static final long MIN_BUFFERED = 64L << 20;

  /** Checks that every limit is positive. */
  public HandshakeLimits {
    if (maxLength <= 0
        || maxLength > HandshakeFrame.GREATEST_LENGTH
        || exchangeTimeout.toNanos() <= 0
        || serviceTimeout.toNanos() <= 0
        || lingerTimeout.toNanos() <= 0
        || maxConnections <= 0) {
      throw new IllegalArgumentException("a limit is not positive, or the length above 128 MiB");
    }
  }

  /**
   * Returns limits for a frame length and a time, with defaults for the rest.
   *
   * @param maxLength the longest frame that is accepted, in bytes
   * @param exchangeTimeout how long a client may take to send its request
   * @return the limits
   */
  public static HandshakeLimits of(int maxLength, Duration exchangeTimeout) {
    return new HandshakeLimits(
        maxLength, exchangeTimeout, Duration.ofSeconds(60), Duration.ofSeconds(2), 512);
  }

  /** Returns how many bytes of frames are held for all clients together. */
  long maxBuffered() {
    return Math.max(MIN_BUFFERED, 4L * maxLength);
  }
}
