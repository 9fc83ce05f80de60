package io.mooncake4j.spi;

/**
 * An engine on the far side, as a key for whatever a transport keeps for it.
 *
 * <p>One object per open segment; compare by identity. Safe from any thread.
 */
public interface Peer {
  /**
   * Returns the name of its segment.
   *
   * @return the name it was opened under
   */
  String name();

  /**
   * Says whether it is this very engine.
   *
   * @return true for the engine's own segment
   */
  boolean isSelf();

  /**
   * Returns a number that grows whenever the peer's descriptor was replaced by a different one; a
   * transport that keeps connections compares it.
   *
   * @return the number, at least 1
   */
  long generation();
}
