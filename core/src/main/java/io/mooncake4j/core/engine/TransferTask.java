package io.mooncake4j.core.engine;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.segment.PeerSegment;
import io.mooncake4j.core.segment.Route;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.RemoteEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request of a batch while it is carried out: its slices, its tries, its outcome.
 *
 * <p>States: {@code READY} before and between flights while a thread plans; {@code FLYING} while
 * slices are with a transport; {@code PARKED} while it waits for a fresh descriptor or for the next
 * try; {@code DONE}. The monitor of the task is held while slices are planned and while they are
 * cancelled, so that a slice is never reused under a cancelling thread. Reused with its batch.
 */
final class TransferTask {
  private static final Logger LOG = LoggerFactory.getLogger(TransferTask.class);

  /** How long past the deadline a transport has for stopping, which takes it a moment. */
  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Why a flight failed. */
  record Failure(ErrorCode code, String detail) {}

  private enum State {
    READY,
    FLYING,
    PARKED,
    DONE
  }

  private static final VarHandle STATUS = statusHandle();

  private final TransferBatch batch;
  private final Dispatcher dispatcher;
  private final AtomicReference<State> state = new AtomicReference<>(State.DONE);
  private final AtomicInteger flying = new AtomicInteger();
  private final AtomicReference<Failure> failure = new AtomicReference<>();

  private OpCode opcode;
  private Region region;
  private long localOffset;
  private PeerSegment segment;
  private AddressSpace space;
  private long target;
  private long length;
  private boolean idempotent;
  private long startNanos;
  private long deadlineNanos;
  private String only;

  private TransferSlice[] slices = new TransferSlice[0];
  private volatile int sliceCount;
  private volatile boolean mayStillLand;
  private volatile boolean cancelRequested;
  private volatile boolean abandoned;
  private volatile InstalledTransport via;
  private volatile TransferStatus status = TransferStatus.WAITING;
  private volatile MooncakeException error;

  // Touched only by the thread that plans.
  private boolean planned;
  private int nextRoute;
  private int tries;

  TransferTask(TransferBatch batch, Dispatcher dispatcher) {
    this.batch = batch;
    this.dispatcher = dispatcher;
  }

  private static VarHandle statusHandle() {
    try {
      return MethodHandles.lookup()
          .findVarHandle(TransferTask.class, "status", TransferStatus.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Takes on a request whose region is acquired, and plans its first flight if there is a route.
   *
   * <p>No other thread knows of the request yet: the batch publishes all of them at once. What is
   * as it should be already is not written again, because each volatile write costs as much as the
   * rest of a request's planning.
   */
  void prepare(TransferRequest request, Region local, PeerSegment peer, long start, long deadline) {
    opcode = request.opcode();
    region = local;
    localOffset = request.localOffset();
    segment = peer;
    space = request.space();
    target = request.targetOffset();
    length = request.length();
    idempotent = request.idempotent();
    only = request.transport();
    startNanos = start;
    deadlineNanos = deadline;
    nextRoute = 0;
    tries = 0;
    if (mayStillLand) {
      mayStillLand = false;
    }
    if (cancelRequested) {
      cancelRequested = false;
    }
    if (error != null) {
      error = null;
    }
    STATUS.setRelease(this, TransferStatus.WAITING);
    state.setRelease(State.READY);
    planned = length > 0 && !dispatcher.isClosed() && fliesAtOnce();
    if (!planned) {
      sliceCount = 0;
      via = null;
      failure.set(null);
    }
  }

  private boolean fliesAtOnce() {
    try {
      return fly() != null;
    } catch (RuntimeException | Error e) {
      // Whoever dispatches the task meets it again, and ends the task.
      LOG.debug("a request could not be planned", e);
      nextRoute = 0;
      state.set(State.READY);
      return false;
    }
  }

  /** Whether its slices were made by {@link #prepare}, whatever has become of them since. */
  boolean isPlanned() {
    return planned;
  }

  /**
   * Makes slices for the next route that serves the request.
   *
   * @return the transport to submit them to, or null when no further route does
   */
  synchronized InstalledTransport plan() {
    return fly();
  }

  private InstalledTransport fly() {
    var routes = segment.routes();
    while (nextRoute < routes.size()) {
      Route route = routes.get(nextRoute++);
      if (serves(route)) {
        slice(route);
        if (via == null || via.index() != route.via().index()) {
          via = route.via();
        }
        if (failure.get() != null) {
          failure.set(null);
        }
        flying.setRelease(sliceCount);
        state.setRelease(State.FLYING);
        return via;
      }
    }
    return null;
  }

  private boolean serves(Route route) {
    InstalledTransport transport = route.via();
    return mayGoBy(transport) && route.entries().covers(target, length) && isAlignedFor(route);
  }

  /** Whether the user, the transport and the local region allow it, apart from the addresses. */
  boolean mayGoBy(InstalledTransport transport) {
    return (only == null || only.equals(transport.name()))
        && region.isRegisteredWith(transport.index())
        && transport.serves(opcode, space, segment.isSelf(), segment.isOwned());
  }

  private boolean isAlignedFor(Route route) {
    int alignment = route.via().description().limits().alignment();
    return alignment == 1
        || (Long.remainderUnsigned(target, alignment) == 0
            && Long.remainderUnsigned(region.address() + localOffset, alignment) == 0
            && length % alignment == 0
            && route.entries().isCutAtMultiples(target, length, alignment));
  }

  private void slice(Route route) {
    long longest = route.via().maxSliceBytes();
    int count = 0;
    long offset = 0;
    while (offset < length) {
      RemoteEntry entry = route.entries().at(target + offset);
      long inEntry = entry.length() - (target + offset - entry.address());
      // To the entry's end, even where others begin inside it: their ends may not be aligned.
      long end = offset + Math.min(inEntry, length - offset);
      while (offset < end) {
        long bytes = Math.min(longest, end - offset);
        place(count++).prepare(route.via(), entry, offset, bytes);
        offset += bytes;
      }
    }
    for (int i = count; i < sliceCount; i++) {
      slices[i].clear();
    }
    if (sliceCount != count) {
      sliceCount = count;
    }
  }

  private TransferSlice place(int index) {
    if (index == slices.length) {
      slices = Arrays.copyOf(slices, Math.max(1, slices.length * 2));
    }
    if (slices[index] == null) {
      slices[index] = new TransferSlice(this);
    }
    return slices[index];
  }

  /** Copies the planned slices behind those of other tasks for the same transport. */
  void appendTo(Outbox outbox) {
    for (int i = 0; i < sliceCount; i++) {
      outbox.add(via.index(), slices[i]);
    }
  }

  void sliceSucceeded() {
    if (isLastToLand()) {
      landed();
    }
  }

  /** Counts a slice that was completed, once each. */
  private boolean isLastToLand() {
    return sliceCount == 1 || flying.decrementAndGet() == 0;
  }

  void sliceFailed(ErrorCode code, boolean stillLands, String detail) {
    failure.compareAndSet(null, new Failure(code, detail));
    if (stillLands && opcode == OpCode.WRITE) {
      mayStillLand = true;
    }
    if (isLastToLand()) {
      landed();
    }
  }

  private void landed() {
    Failure why = failure.get();
    Tally tally = batch.tally(startNanos);
    if (why != null) {
      dispatcher.failed(this, why);
    } else if (tally == null) {
      dispatcher.metrics().moved(opcode, via.index(), length);
      finish(State.FLYING, TransferStatus.COMPLETED, null);
    } else if (state.compareAndSet(State.FLYING, State.DONE)) {
      tally.completed(opcode, via.index(), length, region);
      STATUS.setRelease(this, TransferStatus.COMPLETED);
    }
  }

  /** Moves from flight or planning to waiting. */
  void park() {
    state.set(State.PARKED);
  }

  /** Takes the task out of waiting, for one thread only. */
  boolean unpark() {
    return state.compareAndSet(State.PARKED, State.READY);
  }

  /** Begins another round over all routes. */
  void nextRound() {
    nextRoute = 0;
    tries++;
  }

  int tries() {
    return tries;
  }

  /** Ends a task that is not waiting; only the thread that plans, or the last slice, calls this. */
  void fail(TransferStatus outcome, MooncakeException why) {
    finish(state.get(), outcome, why);
  }

  /** Ends a task if it is waiting. */
  boolean failParked(TransferStatus outcome, MooncakeException why) {
    return finish(State.PARKED, outcome, why);
  }

  /** Ends a request of no bytes. */
  void completeEmpty() {
    finish(State.READY, TransferStatus.COMPLETED, null);
  }

  private boolean finish(State from, TransferStatus outcome, MooncakeException why) {
    if (from == State.DONE || !state.compareAndSet(from, State.DONE)) {
      return false;
    }
    dispatcher.metrics().ended(outcome, why, startNanos);
    if (why != null) {
      error = why;
    }
    STATUS.setRelease(this, outcome);
    region.release();
    batch.taskDone();
    return true;
  }

  /** Stops slices in flight whose time is up, or ends the task if it is waiting. */
  void expire(long now) {
    if (state.get() == State.PARKED && failParked(TransferStatus.TIMEOUT, timeout())) {
      return;
    }
    cancelSlices(ErrorCode.TIMEOUT);
    if (now - deadlineNanos > STOP_NANOS) {
      abandon();
    }
  }

  /** Ends the task although a transport has not let go of its slices; it is not used again. */
  synchronized void abandon() {
    for (int i = 0; i < sliceCount; i++) {
      if (slices[i].isFlying()) {
        abandoned = true;
        slices[i].abandon();
      }
    }
  }

  boolean isAbandoned() {
    return abandoned;
  }

  MooncakeException timeout() {
    Failure last = failure.get();
    return new MooncakeException(
        ErrorCode.TIMEOUT,
        describe() + " did not end by its deadline" + (last == null ? "" : "; " + last.detail()));
  }

  /** Asks to stop; slices that have started run on. */
  void cancel() {
    cancelRequested = true;
    if (state.get() != State.PARKED || !failParked(TransferStatus.CANCELED, canceled())) {
      cancelSlices(ErrorCode.CANCELED);
    }
  }

  MooncakeException canceled() {
    return new MooncakeException(ErrorCode.CANCELED, describe() + " was cancelled");
  }

  private synchronized void cancelSlices(ErrorCode reason) {
    for (int i = 0; i < sliceCount; i++) {
      if (slices[i].isFlying()) {
        slices[i].cancel(reason);
      }
    }
  }

  String describe() {
    return opcode.name().toLowerCase(java.util.Locale.ROOT)
        + " of "
        + length
        + " bytes at 0x"
        + Long.toHexString(target)
        + " of "
        + segment.name();
  }

  boolean isDone() {
    return state.get() == State.DONE;
  }

  boolean cancelRequested() {
    return cancelRequested;
  }

  /** Whether another try would be safe: nothing of this one can turn up later. */
  boolean mayTryAgain() {
    return !mayStillLand || idempotent;
  }

  OpCode opcode() {
    return opcode;
  }

  Region region() {
    return region;
  }

  long localOffset() {
    return localOffset;
  }

  PeerSegment segment() {
    return segment;
  }

  AddressSpace space() {
    return space;
  }

  String only() {
    return only;
  }

  long target() {
    return target;
  }

  long length() {
    return length;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  TransferStatus status() {
    return status;
  }

  MooncakeException error() {
    return error;
  }

  boolean stillLands() {
    return mayStillLand && status.isFinal() && status != TransferStatus.COMPLETED;
  }

  InstalledTransport via() {
    return via;
  }

  long arrivedBytes() {
    if (status == TransferStatus.COMPLETED) {
      return length;
    }
    long bytes = 0;
    synchronized (this) {
      for (int i = 0; i < sliceCount; i++) {
        bytes += slices[i].arrivedBytes();
      }
    }
    return bytes;
  }
}
