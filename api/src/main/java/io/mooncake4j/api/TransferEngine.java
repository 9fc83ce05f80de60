package io.mooncake4j.api;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Moves bytes between registered memory of this process and that of its peers.
 *
 * <p>An engine has a name under which peers find it, registered memory regions, and the transports
 * that plugins supply. Get one from {@link #builder()}; the implementation is found with {@link
 * java.util.ServiceLoader}. All methods may be called from any thread. Close the engine to withdraw
 * its records and to free its memory.
 */
public interface TransferEngine extends AutoCloseable {
  /** The metadata string for peer-to-peer mode, without a metadata store. */
  String P2P = "P2PHANDSHAKE";

  /**
   * Starts the configuration of an engine.
   *
   * @return a new builder
   */
  static EngineBuilder builder() {
    return new EngineBuilder();
  }

  /**
   * Returns the segment name under which peers open this engine.
   *
   * @return the name; {@code host:port} in peer-to-peer mode
   */
  String name();

  /**
   * Returns where this engine answers the handshakes of its peers.
   *
   * @return {@code host:port} as peers are told; the same as {@link #name()} in peer-to-peer mode
   */
  String address();

  /**
   * Allocates memory and registers it.
   *
   * @param allocation how much and where
   * @return the region; closing it frees the memory
   * @throws MooncakeException with {@link ErrorCode#MEMORY} when there is not enough memory, and as
   *     {@link #register}
   */
  MemoryRegion allocate(Allocation allocation);

  /**
   * Allocates memory that peers may reach and registers it.
   *
   * @param length bytes
   * @return the region; closing it frees the memory
   */
  default MemoryRegion allocate(long length) {
    return allocate(Allocation.of(length));
  }

  /**
   * Registers memory of the caller.
   *
   * @param registration which memory
   * @return the region; closing it unregisters and leaves the memory alone
   * @throws MooncakeException with {@link ErrorCode#ADDRESS_OVERLAPPED} when it overlaps a region,
   *     {@link ErrorCode#LIMIT_EXCEEDED} when peers could no longer read the descriptor, {@link
   *     ErrorCode#CLOSED} after close, or the error of a transport that refuses it
   */
  default MemoryRegion register(Registration registration) {
    return registerAll(List.of(registration)).get(0);
  }

  /**
   * Registers several ranges at once: all or none, with one publication.
   *
   * @param registrations which memory
   * @return the regions, in order
   * @throws MooncakeException as {@link #register}
   */
  List<MemoryRegion> registerAll(List<Registration> registrations);

  /**
   * Waits until peers can see every region that was registered before the call.
   *
   * <p>Registering returns before a metadata store has the new record, so that many registrations
   * make few publications. A program that tells a peer about a region by other means, or is about
   * to announce that it is ready, waits here first. In peer-to-peer mode there is nothing to wait
   * for.
   *
   * @param timeout how long to wait, positive
   * @throws MooncakeException with {@link ErrorCode#TIMEOUT} when the store has not taken the
   *     record by then (it is still tried), {@link ErrorCode#CLOSED} after close, {@link
   *     ErrorCode#CANCELED} when the waiting thread is interrupted
   */
  void awaitPublication(Duration timeout);

  /**
   * Opens a peer's segment, or this engine's own.
   *
   * @param name the peer's name; leading slashes are dropped
   * @return the segment; the same object for the same name
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} for an empty name, {@link
   *     ErrorCode#DNS}, {@link ErrorCode#SOCKET} or {@link ErrorCode#TIMEOUT} when the peer cannot
   *     be reached, {@link ErrorCode#METADATA} when there is no such segment, {@link
   *     ErrorCode#MALFORMED} when its descriptor is not valid, {@link ErrorCode#LIMIT_EXCEEDED}
   *     when it is longer than this engine reads, {@link ErrorCode#CLOSED} when the engine is
   *     closed
   */
  Segment openSegment(String name);

  /**
   * Makes an empty batch.
   *
   * @param capacity how many requests it can take, at least 1
   * @return the batch
   */
  Batch newBatch(int capacity);

  /**
   * Submits one request.
   *
   * @param request what to copy
   * @return completes with the number of bytes, or exceptionally with a {@link MooncakeException};
   *     dependents run on threads of the engine that are kept for them, and may block: one that
   *     waits for another transfer delays neither it nor the engine. Closing the engine interrupts
   *     those that still run after a short while
   * @throws MooncakeException as {@link Batch#submit(java.util.List)}: what can be seen to be wrong
   *     is refused at once
   */
  CompletableFuture<Long> submit(TransferRequest request);

  /**
   * Sends a notification to a peer and waits for its answer.
   *
   * @param segment the peer's name
   * @param notification what to send
   * @throws MooncakeException with {@link ErrorCode#REJECTED_HANDSHAKE} when the peer refuses,
   *     {@link ErrorCode#SOCKET}, {@link ErrorCode#DNS} or {@link ErrorCode#TIMEOUT} when it cannot
   *     be reached
   */
  void notify(String segment, Notification notification);

  /**
   * Takes all notifications that have arrived, in order of arrival.
   *
   * @return the notifications, none twice
   */
  List<Notification> drainNotifications();

  /**
   * Takes the oldest notification, waiting for one.
   *
   * @param timeout how long to wait
   * @return the notification, or null when none came
   * @throws MooncakeException with {@link ErrorCode#CLOSED} when none is there and none will come,
   *     {@link ErrorCode#CANCELED} when the waiting thread is interrupted
   */
  Notification pollNotification(Duration timeout);

  /**
   * Asks whether a peer answers.
   *
   * @param segment the peer's name
   * @return whether it does
   */
  Liveness probe(String segment);

  /**
   * Returns the names of the transports in use, best first.
   *
   * @return an immutable list
   */
  List<String> transports();

  /**
   * Returns the engine's counters.
   *
   * @return a snapshot
   */
  MetricsSnapshot metrics();

  /**
   * Withdraws the engine from its metadata store, fails what is in flight, stops the transports and
   * frees regions. Closing twice does nothing.
   *
   * <p>When the virtual machine ends before (at its own will or by SIGTERM, SIGINT or SIGHUP), a
   * shutdown hook of the engine withdraws its records and does no more; it takes 3 seconds at most,
   * is removed here, and can be turned off with {@code mooncake.metadata.withdraw-on-exit=false}.
   * An application that wants its transfers to come to their end closes its engines itself. After
   * SIGKILL the records stay until an engine of the same name replaces them.
   */
  @Override
  void close();
}
