package io.mooncake4j.spi;

import io.mooncake4j.api.ErrorCode;
import java.util.List;

/**
 * Moves slices between local regions and entries that peers have published.
 *
 * <p>One instance serves one engine. All methods may be called from any thread, also at the same
 * time. No method throws for a data error: a slice that fails says so by {@link Slice#fail}. Time
 * is {@link TransportContext#nanoTime()}.
 *
 * <p>The promises to the engine:
 *
 * <ul>
 *   <li>Each submitted slice completes exactly once, at the latest soon after {@link #cancel} or
 *       {@link #close}.
 *   <li>Once a slice has completed, with whatever result, its local memory is no longer touched.
 *   <li>A slice that succeeded is in the destination memory.
 *   <li>A write that fails says whether its bytes may still land; if it says no, they never do.
 *   <li>In steady state neither submission nor completion allocates memory per slice.
 * </ul>
 */
public interface Transport extends AutoCloseable {
  /** What became of an attempt to get on with transfers. */
  enum Progress {
    /** Something was done. */
    MOVED,

    /** There was nothing to do, but there will be so soon that it is better not to sleep. */
    SOON,

    /** Nothing was done, and nobody knows when there will be something to do. */
    NOT_SOON
  }

  /**
   * Makes regions usable as local memory and, where they are remote accessible and of a kind the
   * transport can serve, ready to be reached by peers.
   *
   * @param regions the regions, which stay valid until {@link #quiesce} and beyond it until the
   *     engine drops them
   * @return for each region, in order, the entries to publish: none for a local-only or
   *     unpublishable region, several where the region has to be split. Their addresses and lengths
   *     may differ from the region's.
   * @throws io.mooncake4j.api.MooncakeException when a region is refused; then none is registered
   */
  List<List<PublishedEntry>> register(List<LocalRegion> regions);

  /**
   * Stops serving regions: peers' later requests for them are refused. Returns at once; {@link
   * #quiesce} waits for what is under way.
   *
   * @param regions registered regions; unknown ones are ignored
   */
  void withdraw(List<LocalRegion> regions);

  /**
   * Waits until no peer touches withdrawn regions any more; at the deadline it breaks the links
   * that still do, if it can.
   *
   * @param regions withdrawn regions
   * @param deadlineNanos on the scale of {@link TransportContext#nanoTime()}
   * @return what is known
   */
  Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos);

  /**
   * Returns what peers must know to reach this transport.
   *
   * @return the present advertisement; call {@link TransportContext#publish} when it changes
   */
  Advertisement advertise();

  /**
   * Says whether a peer can be reached at all, such as one on the same host. The engine asks once
   * for each generation of a peer's descriptor that names this transport, on a thread that fetches
   * descriptors, and gives the transport no slice for a peer that it does not reach. Never asked
   * about the engine's own segment, of which {@link TransportFeature#SELF} tells.
   *
   * <p>Must answer at once, from what the descriptor and this host say: no network, no waiting. It
   * does not promise that slices will succeed. A transport that throws does not reach the peer.
   *
   * @param peer what the peer has published; whatever the peer likes may be in it
   * @return true unless this transport is sure to fail
   */
  default boolean reaches(PeerDescriptor peer) {
    return true;
  }

  /**
   * Returns the longest slice it wants to be given; the engine splits longer requests.
   *
   * @return bytes, at least the {@link TransportLimits#alignment}, to whose multiples the engine
   *     rounds them down; may change with options, not over time
   */
  long maxSliceBytes();

  /**
   * Starts slices. Slices for one peer stay in order of submission only as far as the transport
   * likes; the engine assumes no order.
   *
   * <p>The array belongs to the caller and may be reused when the method returns.
   *
   * @param slices holds the slices
   * @param from index of the first
   * @param to index behind the last
   */
  void submit(Slice[] slices, int from, int to);

  /**
   * Does what can be done for transfers with a peer without waiting, in the calling thread, which
   * waits for some of them and would have to be woken by the transport's own threads. Called over
   * and over for a short time, so it must cost little when there is nothing to do. Slices may be
   * completed meanwhile, of whatever batch; transfers must not depend on being helped.
   *
   * @param peer the peer of a slice that was submitted
   * @return what came of it
   */
  default Progress progress(Peer peer) {
    return Progress.NOT_SOON;
  }

  /**
   * Stops a slice. With {@link ErrorCode#CANCELED} only a slice that has not been started is
   * stopped. With {@link ErrorCode#TIMEOUT} the slice completes promptly in any case, if need be by
   * breaking the link. A slice that has completed is left alone.
   *
   * @param slice a slice of this transport; the engine does not reuse it before this call returns
   * @param reason the error code to fail it with
   */
  void cancel(Slice slice, ErrorCode reason);

  /**
   * Answers the same transport of a peer, which has called {@link TransportContext#handshake}.
   *
   * @param request the peer's attributes
   * @return the answer
   * @throws io.mooncake4j.api.MooncakeException to refuse; the peer sees the message
   */
  Attributes accept(Attributes request);

  /**
   * Drops whatever is kept for a peer whose segment is no longer open or whose process is gone;
   * slices in flight fail with {@link ErrorCode#LINK_BROKEN}, so that the engine tries again with
   * what it knows of the peer then.
   *
   * @param peer the peer
   */
  void release(Peer peer);

  /** Fails what is in flight, stops serving, frees everything. Closing twice does nothing. */
  @Override
  void close();
}
