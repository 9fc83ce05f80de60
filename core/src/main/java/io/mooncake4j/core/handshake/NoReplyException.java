package io.mooncake4j.core.handshake;

import java.net.SocketTimeoutException;

/**
 * The cause of a {@link io.mooncake4j.api.ErrorCode#TIMEOUT} when a peer has accepted the
 * connection but has not answered in time: somebody is there, stopped or stuck.
 */
public final class NoReplyException extends SocketTimeoutException {
  private static final long serialVersionUID = 1L;

  NoReplyException(String message) {
    super(message);
  }
}
