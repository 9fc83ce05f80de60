package io.mooncake4j.api;

/** What a probe found. */
public enum Liveness {
  /** The peer answered. */
  ALIVE,
  /** The peer did not answer within the deadline, or could not be connected. */
  UNREACHABLE
}
