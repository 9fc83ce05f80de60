package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;

/**
 * Why a connection ends.
 *
 * @param kind what follows for the requests on it
 * @param code what a request fails with if this breaks it
 * @param detail what happened, to which peer
 */
record Breakage(Kind kind, ErrorCode code, String detail) {
  enum Kind {
    /** The peer refused the oldest request and has not looked at those behind it. */
    REJECTED,
    /** The peer left the oldest request unanswered for too long. */
    EXPIRED,
    /** The link broke, or what came over it makes no sense. */
    LOST,
    /** It is not needed any more. */
    RETIRED,
    /** The engine is closed, or has let go of the peer. */
    CLOSED
  }

  static Breakage lost(String detail) {
    return new Breakage(Kind.LOST, ErrorCode.LINK_BROKEN, detail);
  }

  static Breakage engineClosed() {
    return new Breakage(Kind.CLOSED, ErrorCode.CLOSED, "the engine is closed");
  }

  /** The user has closed nothing, so this is to be tried again with what is known next. */
  static Breakage released(String peer) {
    return new Breakage(
        Kind.CLOSED,
        ErrorCode.LINK_BROKEN,
        "the process that was " + peer + " is gone, or another has taken its place");
  }
}
