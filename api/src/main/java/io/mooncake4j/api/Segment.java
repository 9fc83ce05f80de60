package io.mooncake4j.api;

import java.util.List;

/**
 * A peer's memory as this engine knows it: a name and the buffers the peer has published.
 *
 * <p>Made by {@link TransferEngine#openSegment}. The descriptor is fetched once and kept; {@link
 * #refresh()} fetches it again, and so does the engine when a transfer finds it out of date. Safe
 * from any thread. Segments need no closing; the engine releases them.
 */
public interface Segment {
  /**
   * Returns the name it was opened under.
   *
   * @return the name; {@code host:port} in peer-to-peer mode
   */
  String name();

  /**
   * Returns the published buffers, in the peer's order.
   *
   * @return an immutable snapshot
   */
  List<RemoteBuffer> buffers();

  /**
   * Returns the names of the installed transports that can reach this segment, best first.
   *
   * @return an immutable snapshot, empty when none can
   */
  List<String> transports();

  /**
   * Fetches the descriptor again.
   *
   * @throws MooncakeException with {@link ErrorCode#METADATA}, {@link ErrorCode#SOCKET}, {@link
   *     ErrorCode#DNS}, {@link ErrorCode#TIMEOUT}, {@link ErrorCode#MALFORMED} or {@link
   *     ErrorCode#LIMIT_EXCEEDED} when that fails; the old descriptor stays
   */
  void refresh();
}
