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
    /** The peer's segment or the engine is closed. */
    CLOSED
  }

  static Breakage lost(String detail) {
    return new Breakage(Kind.LOST, ErrorCode.LINK_BROKEN, detail);
  }

  static Breakage closed(String detail) {
    return new Breakage(Kind.CLOSED, ErrorCode.CLOSED, detail);
  }
}
