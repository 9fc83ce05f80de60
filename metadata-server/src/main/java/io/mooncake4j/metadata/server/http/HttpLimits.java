package io.mooncake4j.metadata.server.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.time.Duration;

/**
 * What clients may cost a server. Immutable.
 *
 * @param headerBytes longest request line with all headers; longer ones are answered with 431, or
 *     414 when the request line alone is too long
 * @param bodyBytes longest body; longer ones are answered with 413
 * @param bufferedBytes bodies of all unfinished requests together; what would exceed it is answered
 *     with 503
 * @param connections open at once; more wait to be accepted, and idle ones are closed sooner then
 * @param threads that serve, with those that only accept and watch connections
 * @param requestTime from the first byte of a request to the last of its answer; a connection that
 *     takes longer is closed, after a 408 where the body was what was late
 * @param idleTime how long a connection may be silent
 * @param stopTime how long unfinished requests may go on when the server is closed
 */
public record HttpLimits(
    int headerBytes,
    int bodyBytes,
    long bufferedBytes,
    int connections,
    int threads,
    Duration requestTime,
    Duration idleTime,
    Duration stopTime) {
  private static final int LEAST_THREADS = 8;

  /** Limits that suit a cluster of some thousand nodes. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          32 << 10,
          4 << 20,
          256L << 20,
          8192,
          32,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5));

  /**
   * Checks the limits.
   *
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} naming the one that is wrong
   */
  public HttpLimits {
    atLeast("headerBytes", headerBytes, 1024);
    atLeast("bodyBytes", bodyBytes, 1);
    atLeast("bufferedBytes", bufferedBytes, bodyBytes);
    atLeast("connections", connections, 1);
    atLeast("threads", threads, LEAST_THREADS);
    atLeast("requestTime in ms", requestTime.toMillis(), 1);
    atLeast("idleTime in ms", idleTime.toMillis(), 1);
    atLeast("stopTime in ms", stopTime.toMillis(), 1);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "HTTP limit " + name + " is " + value + "; give " + least + " or more");
    }
  }

  /**
   * Returns the same limits with another longest body.
   *
   * @param bytes longest body
   * @return new limits
   */
  public HttpLimits withBodyBytes(int bytes) {
    return new HttpLimits(
        headerBytes,
        bytes,
        Math.max(bufferedBytes, bytes),
        connections,
        threads,
        requestTime,
        idleTime,
        stopTime);
  }

  /**
   * Returns the same limits with other times.
   *
   * @param request from the first byte of a request to the last of its answer
   * @param idle how long a connection may be silent
   * @param stop how long unfinished requests may go on when the server is closed
   * @return new limits
   */
  public HttpLimits withTimes(Duration request, Duration idle, Duration stop) {
    return new HttpLimits(
        headerBytes, bodyBytes, bufferedBytes, connections, threads, request, idle, stop);
  }

  /**
   * Returns the same limits with another number of connections.
   *
   * @param count open at once
   * @return new limits
   */
  public HttpLimits withConnections(int count) {
    return new HttpLimits(
        headerBytes, bodyBytes, bufferedBytes, count, threads, requestTime, idleTime, stopTime);
  }
}
