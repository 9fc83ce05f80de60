package io.mooncake4j.core.engine;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.metrics.RequestMetrics;
import io.mooncake4j.core.segment.PeerSegment;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.LocalRegion;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A batch: an array of tasks, and a count of what is still under way.
 *
 * <p>The count also holds pins: a thread that looks at tasks in flight pins the batch, so that it
 * does not become final, and is not reset, under that thread.
 */
final class TransferBatch implements Batch {
  private static final Duration TAIL = Duration.ofSeconds(2);
  private static final long SHORTLY = TimeUnit.MILLISECONDS.toNanos(20);

  /** A notification to send when all is well. */
  private record Farewell(Notification notification, PeerSegment to) {}

  private final EngineCalls engine;
  private final TransferTask[] tasks;
  private final Outbox outbox;
  private final RequestMetrics metrics;
  private final Tally tally;
  private volatile int size;

  /** The thread that is submitting. Not volatile: it matters to that thread alone. */
  private Thread submitter;

  private long submittedAt;

  private final UnderWay underWay;
  private CompletableFuture<TransferStatus> future; // Guarded by underWay.
  private List<Farewell> farewells = List.of(); // Guarded by underWay.
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile boolean closed;
  private volatile boolean cancelled;

  TransferBatch(EngineCalls engine, int capacity) {
    this.engine = engine;
    this.tasks = new TransferTask[capacity];
    this.outbox = engine.dispatcher().newOutbox();
    this.metrics = engine.dispatcher().metrics();
    this.tally = new Tally(metrics);
    this.underWay = new UnderWay(engine.busyPoll(), outbox::progress);
  }

  @Override
  public int capacity() {
    return tasks.length;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void submit(List<TransferRequest> requests) {
    submit(requests, (Farewell) null);
  }

  @Override
  public void submit(List<TransferRequest> requests, Notification message) {
    if (requests.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "a notification goes to the first request's segment; give one");
    }
    Objects.requireNonNull(message, "message");
    submit(requests, new Farewell(message, engine.own(requests.get(0).segment())));
  }

  private void submit(List<TransferRequest> requests, Farewell farewell) {
    int first = size;
    int count = requests.size();
    check(requests);
    acquire(requests);
    long now = System.nanoTime();
    long earliest = prepare(requests, first, now);
    cancelled = false;
    metrics.submitted(count);
    if (underWay.add(count + 1)) {
      metrics.batchStarted();
    }
    if (farewell != null) {
      add(farewell);
    }
    size = first + count;
    submittedAt = now;
    submitter = Thread.currentThread();
    try {
      for (int i = 0; i < count; i++) {
        engine.dispatcher().dispatch(tasks[first + i], outbox);
      }
      while (outbox.flushNext()) {
        // Before the next transport, which may take its time.
        settle();
      }
    } finally {
      submitter = null;
      try {
        settle();
      } finally {
        endSubmission(count, now + earliest);
      }
    }
  }

  private void settle() {
    int settled = tally.requests();
    if (settled > 0) {
      try {
        tally.settle(submittedAt);
      } finally {
        underWay.removeInner(settled);
      }
    }
  }

  private void endSubmission(int count, long earliestDeadline) {
    try {
      if (count > 0) {
        engine.deadlines().watch(this, earliestDeadline);
      }
      VarHandle.fullFence();
      if (cancelled) {
        // Transports did not know the slices yet when the batch was cancelled.
        cancelTasks();
      }
    } finally {
      taskDone();
    }
  }

  private void add(Farewell farewell) {
    synchronized (underWay) {
      farewells = farewells.isEmpty() ? new ArrayList<>() : farewells;
      farewells.add(farewell);
      underWay.demand();
    }
  }

  /** Gives the requests to tasks and returns the shortest time that one has. */
  private long prepare(List<TransferRequest> requests, int first, long now) {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < requests.size(); i++) {
      TransferRequest request = requests.get(i);
      long timeout = engine.timeoutNanos(request);
      shortest = Math.min(shortest, timeout);
      task(first + i)
          .prepare(
              request,
              (Region) request.local(),
              (PeerSegment) request.segment(),
              now,
              now + timeout);
    }
    return shortest;
  }

  private TransferTask task(int index) {
    if (tasks[index] == null || tasks[index].isAbandoned()) {
      tasks[index] = new TransferTask(this, engine.dispatcher());
    }
    return tasks[index];
  }

  private void check(List<TransferRequest> requests) {
    if (closed) {
      throw new MooncakeException(ErrorCode.CLOSED, "the batch is closed");
    }
    engine.requireOpen();
    if (requests.size() > tasks.length - size) {
      throw new MooncakeException(
          ErrorCode.TOO_MANY_REQUESTS,
          "the batch takes "
              + tasks.length
              + " requests and holds "
              + size
              + "; "
              + requests.size()
              + " more do not fit");
    }
    for (int i = 0; i < requests.size(); i++) {
      TransferRequest request = requests.get(i);
      engine.own(request.local());
      PeerSegment segment = engine.own(request.segment());
      if (segment.isSelf() && request.length() > LocalRegion.MAX_WINDOW_RANGE) {
        refuseOverlap(request);
      }
      if (request.transport() != null) {
        engine.requireTransport(request.transport());
      }
    }
  }

  /**
   * Slices of one request are carried out in any order, so ranges of more than one slice must not
   * share bytes; shorter ones may.
   */
  private static void refuseOverlap(TransferRequest request) {
    long distance = request.targetOffset() - (request.local().address() + request.localOffset());
    if (request.space() == AddressSpace.VIRTUAL && Math.abs(distance) < request.length()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "source and destination of "
              + request.length()
              + " bytes overlap; in a request of more than "
              + LocalRegion.MAX_WINDOW_RANGE
              + " they must not");
    }
  }

  /** Holds the regions, once for each request; neighbours mostly have the same one. */
  private static void acquire(List<TransferRequest> requests) {
    int count = requests.size();
    for (int i = 0; i < count; ) {
      Region region = (Region) requests.get(i).local();
      int end = i + 1;
      while (end < count && requests.get(end).local() == region) {
        end++;
      }
      if (!region.acquire(end - i)) {
        for (int j = 0; j < i; j++) {
          ((Region) requests.get(j).local()).release();
        }
        throw new MooncakeException(ErrorCode.CLOSED, region + " is closed or being closed");
      }
      i = end;
    }
  }

  /**
   * Counts requests that complete in the calling thread, if that is submitting them; else null.
   *
   * @param startNanos when they were submitted
   */
  @SuppressWarnings("ReferenceEquality") // It is about this very thread.
  Tally tally(long startNanos) {
    return submitter == Thread.currentThread() && startNanos == submittedAt ? tally : null;
  }

  /** Called when a task has become final, and when a pin is taken out. */
  void taskDone() {
    while (!underWay.removeInner()) {
      if (underWay.isDemanded() ? endTold() : endUntold()) {
        return;
      }
    }
  }

  /** Ends the batch, unless something has been added or somebody wants to be told: then false. */
  private boolean endUntold() {
    metrics.batchEnded();
    if (underWay.removeLast()) {
      return true;
    }
    metrics.batchStarted();
    return false;
  }

  /** Ends the batch and tells who wanted to know, unless something has been added: then false. */
  private boolean endTold() {
    CompletableFuture<TransferStatus> done;
    List<Farewell> messages;
    TransferStatus outcome;
    synchronized (underWay) {
      // Before the end, because from then on the batch may be reset and filled again.
      outcome = future == null && farewells.isEmpty() ? null : status();
      metrics.batchEnded();
      if (!underWay.end()) {
        metrics.batchStarted();
        return false;
      }
      done = future;
      messages = farewells;
      future = null;
      farewells = List.of();
    }
    if (outcome == TransferStatus.COMPLETED) {
      messages.forEach(it -> engine.notifyLater(it.to(), it.notification()));
    }
    if (done != null) {
      engine.later(() -> done.complete(outcome));
    }
    return true;
  }

  /**
   * Stops tasks whose deadline has passed.
   *
   * @return the earliest deadline of those still under way, as a distance from {@code now}, or
   *     {@link Long#MAX_VALUE} when the batch is final
   */
  long expire(long now) {
    if (!underWay.pin()) {
      return Long.MAX_VALUE;
    }
    long earliest = Long.MAX_VALUE;
    try {
      int count = size;
      for (int i = 0; i < count; i++) {
        TransferTask task = tasks[i];
        if (!task.isDone()) {
          long left = task.deadlineNanos() - now;
          if (left <= 0) {
            task.expire(now);
          }
          earliest = Math.min(earliest, left);
        }
      }
    } finally {
      taskDone();
    }
    // Stopping a slice takes a moment, and so does the end of a batch whose tasks are all done.
    return earliest <= 0 || earliest == Long.MAX_VALUE ? SHORTLY : earliest;
  }

  /** Ends what no transport will end any more. */
  void abandon() {
    if (!underWay.pin()) {
      return;
    }
    try {
      int count = size;
      for (int i = 0; i < count; i++) {
        tasks[i].abandon();
      }
    } finally {
      taskDone();
    }
  }

  boolean startWatching() {
    return !watched.get() && watched.compareAndSet(false, true);
  }

  /** Called by the watch when the batch is final; true when it may be dropped. */
  boolean stopWatching() {
    watched.set(false);
    return underWay.isNothing();
  }

  private TransferTask submitted(int index) {
    if (index < 0 || index >= size) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "request " + index + " of a batch of " + size);
    }
    return tasks[index];
  }

  @Override
  public TransferStatus status(int index) {
    return submitted(index).status();
  }

  @Override
  public TransferStatus status() {
    int count = size;
    TransferStatus worst = TransferStatus.COMPLETED;
    for (int i = 0; i < count; i++) {
      TransferStatus status = tasks[i].status();
      if (status == TransferStatus.WAITING) {
        return status;
      }
      if (worst == TransferStatus.COMPLETED) {
        worst = status;
      }
    }
    return worst;
  }

  @Override
  public long transferredBytes(int index) {
    return submitted(index).arrivedBytes();
  }

  @Override
  public MooncakeException failure(int index) {
    return submitted(index).error();
  }

  @Override
  public boolean mayStillLand(int index) {
    return submitted(index).stillLands();
  }

  @Override
  public String servedBy(int index) {
    InstalledTransport via = submitted(index).via();
    return via == null ? null : via.name();
  }

  @Override
  public boolean await(Duration timeout) {
    try {
      return underWay.await(Nanos.of(timeout));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(
          ErrorCode.CANCELED, "interrupted while waiting for a batch of " + size, e);
    }
  }

  @Override
  public CompletableFuture<TransferStatus> future() {
    synchronized (underWay) {
      if (underWay.demand()) {
        if (future == null) {
          future = new CompletableFuture<>();
        }
        return future.copy();
      }
    }
    return CompletableFuture.completedFuture(status());
  }

  @Override
  public void cancel() {
    if (!underWay.pin()) {
      return;
    }
    try {
      cancelled = true;
      cancelTasks();
    } finally {
      taskDone();
    }
  }

  private void cancelTasks() {
    int count = size;
    for (int i = 0; i < count; i++) {
      if (!tasks[i].isDone()) {
        tasks[i].cancel();
      }
    }
  }

  @Override
  public void reset() {
    requireFinal();
    size = 0;
  }

  @Override
  public void close() {
    requireFinal();
    closed = true;
  }

  private void requireFinal() {
    // Every request may be final while the thread that saw to the last one is not quite through.
    if (!status().isFinal() || !await(TAIL)) {
      throw new MooncakeException(
          ErrorCode.BATCH_BUSY,
          "the batch has transfers in flight; await it, or cancel it and await it");
    }
  }
}
