package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import java.io.IOException;
import java.time.Duration;

/**
 * How long a connection waits for its peer: for an answer, for a payload to move, for work.
 *
 * <p>Used under the link's lock, by the transport's timer; the connection's own threads wait in
 * system calls without a limit and are freed by closing the socket.
 */
final class Patience {
  private final Connection connection;
  private final TcpOptions options;
  private final Progress sending;
  private final Progress receiving;

  Patience(Connection connection, TcpOptions options, Progress sending, Progress receiving) {
    this.connection = connection;
    this.options = options;
    this.sending = sending;
    this.receiving = receiving;
  }

  /** Ends the connection when patience is at an end. */
  void check(long now) {
    IOException failure = connection.unexplainedFailure(now);
    if (failure != null) {
      connection.breakUp(
          Breakage.lost(
              "the link to " + connection.describe() + " broke: " + Connection.cause(failure)));
    } else if (sending.isStalled(now, options.stallTimeoutNanos())) {
      expire("has taken no byte", options.stallTimeoutNanos());
    } else if (receiving.isStalled(now, options.stallTimeoutNanos())) {
      expire("has sent no further byte of an answer", options.stallTimeoutNanos());
    } else if (isOverdue(now)) {
      expire("has not answered", options.statusTimeoutNanos());
    } else if (connection.isUnused(now, options.idleTimeoutNanos())) {
      connection.breakUp(
          new Breakage(
              Breakage.Kind.RETIRED, ErrorCode.LINK_BROKEN, connection.describe() + " is idle"));
    }
  }

  /** The time of a request begins when it is the oldest, and not before it is sent. */
  private boolean isOverdue(long now) {
    RequestRing ring = connection.ring();
    long number = ring.answered();
    if (number == ring.added()) {
      return false;
    }
    Request oldest = ring.get(number);
    int state = oldest.state();
    long sentAt = oldest.sentAt();
    long turnAt = connection.answeredAt();
    long limit = options.statusTimeoutNanos();
    return state == Request.SENT
        && number == ring.answered()
        && now - sentAt > limit
        && now - turnAt > limit;
  }

  private void expire(String what, long limitNanos) {
    connection.breakUp(
        new Breakage(
            Breakage.Kind.EXPIRED,
            ErrorCode.TIMEOUT,
            connection.describe()
                + " "
                + what
                + " for "
                + Duration.ofNanos(limitNanos).toMillis()
                + " ms"));
  }
}
