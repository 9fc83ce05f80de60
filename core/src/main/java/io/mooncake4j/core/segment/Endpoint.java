package io.mooncake4j.core.segment;

/**
 * Where a peer's handshake service answers.
 *
 * @param host a name or a numeric address without brackets; empty when the segment has no engine
 * @param port the port, 0 when the segment has no engine
 */
public record Endpoint(String host, int port) {
  /** Of a segment that no engine owns. */
  public static final Endpoint NONE = new Endpoint("", 0);

  /**
   * Says whether an engine owns the segment.
   *
   * @return false for {@link #NONE}
   */
  public boolean exists() {
    return !host.isEmpty();
  }

  @Override
  public String toString() {
    return exists() ? "the engine at " + host + ":" + port : "no engine";
  }
}
