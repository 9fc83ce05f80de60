package io.mooncake4j.api;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A group of requests that are submitted, awaited and reused together.
 *
 * <p>Requests are numbered from 0 in the order of submission. A batch may be submitted to several
 * times until its capacity is used up; after all requests are final, {@link #reset()} makes it
 * empty again, and steady reuse allocates nothing per request. Submission, reset and close must
 * come from one thread at a time; status, waiting and cancelling may come from any thread.
 */
public interface Batch extends AutoCloseable {
  /**
   * Returns how many requests fit.
   *
   * @return the capacity given at creation
   */
  int capacity();

  /**
   * Returns how many requests were submitted since creation or the last reset.
   *
   * @return the number of requests
   */
  int size();

  /**
   * Submits requests and returns without waiting for them.
   *
   * <p>Either all are accepted or none: a request that can be seen to be wrong refuses the call. A
   * request that fails later does so alone, by its status.
   *
   * @param requests in order; the list is not kept
   * @throws MooncakeException with {@link ErrorCode#TOO_MANY_REQUESTS} beyond the capacity, {@link
   *     ErrorCode#INVALID_ARGUMENT} for a region or segment of another engine, {@link
   *     ErrorCode#UNSUPPORTED_TRANSPORT} for a transport that is not installed, {@link
   *     ErrorCode#CLOSED} when the engine, the batch or a region is closed
   */
  void submit(List<TransferRequest> requests);

  /**
   * Submits requests and sends a notification to the first request's segment once every request of
   * the batch has completed; a batch that does not complete sends none.
   *
   * @param requests at least one
   * @param notification what to send
   * @throws MooncakeException as {@link #submit(List)}, and {@link ErrorCode#INVALID_ARGUMENT} for
   *     an empty list
   */
  void submit(List<TransferRequest> requests, Notification notification);

  /**
   * Returns the state of one request.
   *
   * @param index the request's number
   * @return its state
   */
  TransferStatus status(int index);

  /**
   * Returns the state of the whole batch: waiting while a request is, else completed when all are,
   * else the state of the first request that is not completed.
   *
   * @return the state; an empty batch is completed
   */
  TransferStatus status();

  /**
   * Returns how much of a request is known to have arrived.
   *
   * @param index the request's number
   * @return bytes
   */
  long transferredBytes(int index);

  /**
   * Returns why a request is not completed.
   *
   * @param index the request's number
   * @return the error, or null while it waits and when it completed
   */
  MooncakeException failure(int index);

  /**
   * Says whether bytes of a write that did not complete may still arrive at the peer.
   *
   * @param index the request's number
   * @return true until the peer is known to be rid of them; always false for reads
   */
  boolean mayStillLand(int index);

  /**
   * Returns the name of the transport that carried, or last tried to carry, a request.
   *
   * @param index the request's number
   * @return the name, or null when none was tried yet
   */
  String servedBy(int index);

  /**
   * Waits until every request is final.
   *
   * @param timeout how long to wait; zero asks without waiting
   * @return true when every request is final
   * @throws MooncakeException with {@link ErrorCode#CANCELED} when the waiting thread is
   *     interrupted (the interrupt flag stays set; the transfers go on)
   */
  boolean await(Duration timeout);

  /**
   * Returns a future that completes with {@link #status()} when every request submitted so far is
   * final. Dependents run on threads of the engine that are kept for them, and may block, as those
   * of {@link TransferEngine#submit}.
   *
   * @return a future that never completes exceptionally
   */
  CompletableFuture<TransferStatus> future();

  /**
   * Asks to stop: requests that have not been started become {@link TransferStatus#CANCELED}; those
   * in flight run to their end or to their deadline.
   */
  void cancel();

  /**
   * Empties the batch for reuse.
   *
   * @throws MooncakeException with {@link ErrorCode#BATCH_BUSY} while a request is in flight
   */
  void reset();

  /**
   * Gives the batch back.
   *
   * @throws MooncakeException with {@link ErrorCode#BATCH_BUSY} while a request is in flight; the
   *     batch then stays usable
   */
  @Override
  void close();
}
