package io.mooncake4j.spi;

import io.mooncake4j.config.Options;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The engine as a transport sees it. All methods may be called from any thread.
 *
 * <p>None of them may be called while holding a lock that {@link Transport}'s methods also take,
 * except the getters.
 */
public interface TransportContext {
  /**
   * Returns the engine's segment name.
   *
   * @return the name peers know
   */
  String segmentName();

  /**
   * Returns the values of the transport's own options and of {@link NetworkOptions}.
   *
   * @return the options
   */
  Options options();

  /**
   * Returns the engine's regions, to look up the ranges that peers ask for.
   *
   * @return the index
   */
  RegionIndex regions();

  /**
   * Returns the memory devices in use.
   *
   * @return an immutable list, empty when there is only host memory
   */
  List<MemoryDevice> memoryDevices();

  /**
   * Returns how devices and memory lie to each other on this host.
   *
   * @return the topology
   */
  Topology topology();

  /**
   * Publishes the engine's descriptor again because {@link Transport#advertise} has changed.
   * Returns at once; several calls in a row make one publication.
   */
  void publish();

  /**
   * Returns what a peer has published.
   *
   * @param peer the peer
   * @param refresh whether to fetch it again, which blocks up to the deadlines of the engine's
   *     metadata store or handshakes
   * @return the descriptor
   * @throws io.mooncake4j.api.MooncakeException when it cannot be fetched
   */
  PeerDescriptor descriptor(Peer peer, boolean refresh);

  /**
   * Calls {@link Transport#accept} of the same transport of a peer, by way of the handshake
   * services.
   *
   * @param peer the peer
   * @param request a map with the members of C++ Mooncake's Connection message; those for which the
   *     transport has no use may be left out
   * @return completes with the peer's answer, or exceptionally with a {@link
   *     io.mooncake4j.api.MooncakeException}, at the latest at the engine's handshake deadline
   */
  CompletableFuture<Attributes> handshake(Peer peer, Attributes request);

  /**
   * Returns the time for deadlines.
   *
   * @return nanoseconds from an arbitrary origin; compare by difference
   */
  long nanoTime();

  /**
   * Returns an executor for work that may block shortly and for timers.
   *
   * @return the engine's executor, which the engine stops after the transports; shutting it down is
   *     not supported. Tasks run with the plugin's class loader as context class loader, as do
   *     dependents of {@link #handshake}
   */
  ScheduledExecutorService executor();

  /**
   * Returns where to count things.
   *
   * @return counters named {@code transport.<provider name>.…}
   */
  Metrics metrics();
}
