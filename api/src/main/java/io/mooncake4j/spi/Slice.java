package io.mooncake4j.spi;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;

/**
 * One contiguous copy that a transport is to make: within one local region and one remote entry.
 *
 * <p>Slices belong to the engine, which reuses them: a transport must not touch a slice after it
 * has completed it. The engine holds the local region while the slice is in flight. Getters are
 * stable from submission to completion.
 */
public interface Slice {
  /**
   * Returns the direction.
   *
   * @return read: remote to local; write: local to remote
   */
  OpCode opcode();

  /**
   * Returns the local region.
   *
   * @return a region registered with the transport
   */
  LocalRegion region();

  /**
   * Returns the offset of the first local byte in the region.
   *
   * @return bytes
   */
  long localOffset();

  /**
   * Returns the length.
   *
   * @return bytes, from 1 to {@link Transport#maxSliceBytes()}
   */
  long length();

  /**
   * Returns the far side.
   *
   * @return the peer
   */
  Peer peer();

  /**
   * Returns the remote entry in which the remote range lies.
   *
   * @return the entry
   */
  RemoteEntry entry();

  /**
   * Returns the first remote byte, in the transport's address space.
   *
   * @return unsigned
   */
  long remoteAddress();

  /**
   * Returns when the engine will call {@link Transport#cancel} with {@link ErrorCode#TIMEOUT}.
   *
   * @return on the scale of {@link TransportContext#nanoTime()}
   */
  long deadlineNanos();

  /** Completes it: the bytes are in the destination memory. */
  void succeed();

  /**
   * Completes it without success. The local memory is no longer touched.
   *
   * @param code what went wrong: {@link ErrorCode#PEER_REJECTED_ADDRESS} when the peer does not
   *     know the range, {@link ErrorCode#LINK_BROKEN} when the link broke, {@link ErrorCode#SOCKET}
   *     or {@link ErrorCode#ENDPOINT} when there was none, {@link ErrorCode#TIMEOUT} and {@link
   *     ErrorCode#CANCELED} after {@link Transport#cancel}
   * @param mayStillLand for a write: whether any of its bytes may be in, or still reach, the remote
   *     memory at any later time; false for reads
   * @param detail what happened, to which peer, for the user
   */
  void fail(ErrorCode code, boolean mayStillLand, String detail);
}
