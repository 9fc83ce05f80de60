package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.core.metrics.RequestMetrics;
import io.mooncake4j.core.segment.PeerSegment;
import io.mooncake4j.core.segment.Route;
import io.mooncake4j.core.segment.SegmentCache;
import io.mooncake4j.core.transport.InstalledTransport;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings tasks to transports, and decides what becomes of those that fail: the next transport that
 * covers the range, then, with a fresh descriptor, all of them again, within the deadline.
 *
 * <p>A write whose bytes may still land is not tried again unless it is idempotent: the user could
 * have rewritten the range by the time the first try arrives.
 */
final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final Set<ErrorCode> RETRYABLE =
      EnumSet.of(
          ErrorCode.LINK_BROKEN,
          ErrorCode.SOCKET,
          ErrorCode.DNS,
          ErrorCode.ENDPOINT,
          ErrorCode.CONTEXT,
          ErrorCode.METADATA,
          ErrorCode.REJECTED_HANDSHAKE,
          ErrorCode.PEER_REJECTED_ADDRESS,
          ErrorCode.TOO_MANY_REQUESTS,
          ErrorCode.UNSUPPORTED_TRANSPORT,
          ErrorCode.NOT_IMPLEMENTED,
          ErrorCode.DEVICE_NOT_FOUND,
          ErrorCode.MEMORY,
          ErrorCode.LIMIT_EXCEEDED,
          ErrorCode.MALFORMED,
          ErrorCode.INTERNAL,
          ErrorCode.TIMEOUT);

  private final List<InstalledTransport> transports;
  private final ScheduledExecutorService timers;
  private final Executor blocking;
  private final Duration retryDelay;
  private final int maxTries;
  private final RequestMetrics metrics;
  private final Map<PeerSegment, List<TransferTask>> parked = new HashMap<>();
  private volatile SegmentCache segments;
  private volatile boolean closed;

  Dispatcher(
      List<InstalledTransport> transports,
      ScheduledExecutorService timers,
      Executor blocking,
      Duration retryDelay,
      int maxTries,
      RequestMetrics metrics) {
    this.transports = transports;
    this.timers = timers;
    this.blocking = blocking;
    this.retryDelay = retryDelay;
    this.maxTries = maxTries;
    this.metrics = metrics;
  }

  /** Says where descriptors come from; called once, before the first task. */
  void use(SegmentCache cache) {
    segments = cache;
  }

  Outbox newOutbox() {
    return new Outbox(transports);
  }

  /** Whether no task is tried any more. */
  boolean isClosed() {
    return closed;
  }

  /** Puts a fresh task into an outbox, or parks it until its segment is fetched again. */
  void dispatch(TransferTask task, Outbox outbox) {
    try {
      if (task.isPlanned()) {
        task.appendTo(outbox);
      } else if (closed) {
        give(task, TransferStatus.FAILED, closedError(task));
      } else if (task.length() == 0) {
        task.completeEmpty();
      } else if (task.plan() != null) {
        task.appendTo(outbox);
      } else {
        park(task, Duration.ZERO);
      }
    } catch (RuntimeException | Error e) {
      giveAfterDefect(task, e);
    }
  }

  /** Decides what becomes of a task of which a slice has failed. */
  void failed(TransferTask task, TransferTask.Failure why) {
    if (closed) {
      give(task, TransferStatus.FAILED, closedError(task));
      return;
    }
    // The caller is a thread of the transport, which must not plan, connect or wait.
    try {
      timers.execute(() -> decideOrGive(task, why));
    } catch (RejectedExecutionException e) {
      give(task, TransferStatus.FAILED, closedError(task));
    }
  }

  private void decideOrGive(TransferTask task, TransferTask.Failure why) {
    try {
      decide(task, why);
    } catch (RuntimeException | Error e) {
      giveAfterDefect(task, e);
    }
  }

  /** Whatever goes wrong here, nobody waits for the task in vain. */
  private void giveAfterDefect(TransferTask task, Throwable defect) {
    LOG.error("a transfer could not be carried out", defect);
    give(
        task,
        TransferStatus.FAILED,
        new MooncakeException(ErrorCode.INTERNAL, task.describe() + " failed: " + defect, defect));
  }

  private void decide(TransferTask task, TransferTask.Failure why) {
    if (closed) {
      give(task, TransferStatus.FAILED, closedError(task));
    } else if (why.code() == ErrorCode.CANCELED || task.cancelRequested()) {
      give(task, TransferStatus.CANCELED, task.canceled());
    } else if (System.nanoTime() - task.deadlineNanos() >= 0) {
      give(task, TransferStatus.TIMEOUT, task.timeout());
    } else if (!RETRYABLE.contains(why.code()) || !task.mayTryAgain()) {
      give(task, statusOf(why), error(task, why));
    } else {
      tryNext(task, why);
    }
  }

  private void tryNext(TransferTask task, TransferTask.Failure why) {
    metrics.retried();
    // Once it is sent, the task may end and be used again.
    PeerSegment segment = task.segment();
    if (task.plan() != null) {
      send(task);
      if (why.code() == ErrorCode.PEER_REJECTED_ADDRESS) {
        renew(segment);
      }
    } else if (task.tries() + 1 >= maxTries) {
      give(task, statusOf(why), error(task, why));
    } else {
      park(task, retryDelay);
    }
  }

  /**
   * Has a descriptor fetched that is out of date. Another transport may serve the range all the
   * same, so that no request would ever ask for it, and each try the better one in vain.
   */
  private void renew(PeerSegment segment) {
    try {
      segments.renew(segment, blocking);
    } catch (RejectedExecutionException e) {
      LOG.debug("the engine is closing and fetches nothing");
    }
  }

  private void send(TransferTask task) {
    Outbox outbox = newOutbox();
    task.appendTo(outbox);
    outbox.flush();
    cancelLate(task);
  }

  /** Cancels what the transport did not know yet when the user cancelled it. */
  private static void cancelLate(TransferTask task) {
    VarHandle.fullFence();
    if (task.cancelRequested() && !task.isDone()) {
      task.cancel();
    }
  }

  private void park(TransferTask task, Duration delay) {
    // Once it is parked, the task may end and be used again.
    PeerSegment segment = task.segment();
    boolean first;
    synchronized (parked) {
      task.park();
      List<TransferTask> waiting = parked.computeIfAbsent(segment, key -> new ArrayList<>());
      first = waiting.isEmpty();
      waiting.add(task);
    }
    cancelLate(task);
    if (first) {
      later(delay, () -> blocking.execute(() -> resume(segment)));
    }
    if (closed) {
      failParked(segment);
    }
  }

  private void later(Duration delay, Runnable job) {
    try {
      var unused = timers.schedule(job, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The engine is closing, and close() fails whatever waits.
      LOG.debug("no retry while the engine is closing");
    }
  }

  private void resume(PeerSegment segment) {
    List<TransferTask> waiting;
    synchronized (parked) {
      waiting = parked.remove(segment);
    }
    MooncakeException unreachable = refresh(segment);
    Outbox outbox = newOutbox();
    List<TransferTask> sent = new ArrayList<>();
    for (TransferTask task : waiting) {
      if (task.unpark() && again(task, unreachable, outbox)) {
        sent.add(task);
      }
    }
    outbox.flush();
    sent.forEach(Dispatcher::cancelLate);
  }

  private MooncakeException refresh(PeerSegment segment) {
    try {
      segments.refresh(segment, System.nanoTime());
      return null;
    } catch (MooncakeException e) {
      return e;
    }
  }

  /** Tries a task once more; says whether its slices are in the outbox. */
  private boolean again(TransferTask task, MooncakeException unreachable, Outbox outbox) {
    try {
      return decideAgain(task, unreachable, outbox);
    } catch (RuntimeException | Error e) {
      giveAfterDefect(task, e);
      return false;
    }
  }

  private boolean decideAgain(TransferTask task, MooncakeException unreachable, Outbox outbox) {
    task.nextRound();
    if (closed) {
      give(task, TransferStatus.FAILED, closedError(task));
    } else if (task.cancelRequested()) {
      give(task, TransferStatus.CANCELED, task.canceled());
    } else if (System.nanoTime() - task.deadlineNanos() >= 0) {
      give(task, TransferStatus.TIMEOUT, task.timeout());
    } else if (task.plan() != null) {
      // Even when the handshake service is silent the old descriptor may still be right.
      task.appendTo(outbox);
      return true;
    } else if (unreachable == null) {
      give(task, TransferStatus.FAILED, noRoute(task));
    } else if (task.tries() < maxTries) {
      park(task, retryDelay);
    } else {
      give(task, TransferStatus.FAILED, notFound(task, unreachable));
    }
    return false;
  }

  private void give(TransferTask task, TransferStatus status, MooncakeException error) {
    PeerSegment segment = task.segment();
    task.fail(status, error);
    if (status == TransferStatus.FAILED && segment.seemsLost()) {
      forgetIfGone(segment);
    }
  }

  private void forgetIfGone(PeerSegment segment) {
    try {
      blocking.execute(() -> segments.forgetIfGone(segment));
    } catch (RejectedExecutionException e) {
      LOG.debug("the engine is closing and forgets everything");
    }
  }

  private static TransferStatus statusOf(TransferTask.Failure why) {
    return why.code() == ErrorCode.TIMEOUT ? TransferStatus.TIMEOUT : TransferStatus.FAILED;
  }

  private static MooncakeException error(TransferTask task, TransferTask.Failure why) {
    String tail =
        task.mayTryAgain() ? "" : "; its bytes may still arrive, so it was not tried again";
    return new MooncakeException(
        why.code(),
        task.describe()
            + (task.via() == null ? "" : " by " + task.via().name())
            + " failed: "
            + why.detail()
            + tail);
  }

  private static MooncakeException closedError(TransferTask task) {
    return new MooncakeException(
        ErrorCode.CLOSED, task.describe() + " was stopped because the engine is closed");
  }

  private static MooncakeException notFound(TransferTask task, MooncakeException why) {
    return new MooncakeException(
        why.code(),
        task.describe()
            + " failed: the range is not in what was known of the segment, and there is no news: "
            + why.getMessage(),
        why);
  }

  private MooncakeException noRoute(TransferTask task) {
    PeerSegment segment = task.segment();
    List<String> installed = transports.stream().map(InstalledTransport::name).toList();
    if (segment.transports().isEmpty()) {
      return new MooncakeException(
          ErrorCode.UNSUPPORTED_TRANSPORT,
          "no installed transport " + installed + " reaches segment " + segment.name());
    }
    List<Route> usable =
        segment.routes().stream().filter(route -> task.mayGoBy(route.via())).toList();
    if (usable.isEmpty()) {
      return new MooncakeException(
          ErrorCode.UNSUPPORTED_TRANSPORT,
          "none of "
              + (task.only() == null ? segment.transports() : List.of(task.only()))
              + " can do a "
              + task.describe()
              + " with "
              + task.region()
              + " at "
              + task.region().location()
              + " in address space "
              + task.space());
    }
    if (usable.stream().anyMatch(route -> route.entries().covers(task.target(), task.length()))) {
      return new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          task.describe()
              + ": the addresses, the length or the ends of the entries do not have the alignment that "
              + usable.stream().map(route -> route.via().name()).toList()
              + " needs");
    }
    return new MooncakeException(
        ErrorCode.ADDRESS_NOT_REGISTERED,
        task.describe() + ": the range is not within what the segment has published");
  }

  /** Where requests are counted. */
  RequestMetrics metrics() {
    return metrics;
  }

  /** Lets no task be tried again; those that wait fail. */
  @Override
  public void close() {
    closed = true;
    List<PeerSegment> waiting;
    synchronized (parked) {
      waiting = new ArrayList<>(parked.keySet());
    }
    waiting.forEach(this::failParked);
  }

  private void failParked(PeerSegment segment) {
    List<TransferTask> waiting;
    synchronized (parked) {
      waiting = new ArrayList<>(parked.getOrDefault(segment, List.of()));
    }
    waiting.forEach(task -> task.failParked(TransferStatus.FAILED, closedError(task)));
  }
}
