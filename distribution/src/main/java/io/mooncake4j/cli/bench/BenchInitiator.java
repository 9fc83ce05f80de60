package io.mooncake4j.cli.bench;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Runs the threads of a plan against a peer and adds up what they measured. */
final class BenchInitiator {
  private final List<BenchSlot> slots = new ArrayList<>();
  private final BenchPlan plan;
  private final String peer;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicBoolean interrupted = new AtomicBoolean();

  /**
   * Prepares a run. Thread {@code t} works with local buffer {@code t} modulo their number, and
   * with the peer's buffer of the same number.
   *
   * @param engine carries the requests
   * @param locals memory on this side, each at least {@link BenchPlan#reach()} long
   * @param plan what to do
   * @param peer the target's segment name
   * @throws MooncakeException when the peer cannot be opened or has no fitting buffer
   */
  BenchInitiator(TransferEngine engine, List<MemoryRegion> locals, BenchPlan plan, String peer) {
    this.plan = plan;
    this.peer = peer;
    Segment segment = engine.openSegment(peer);
    List<RemoteBuffer> remotes = segment.buffers();
    if (remotes.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.ADDRESS_NOT_REGISTERED,
          "segment " + peer + " has no registered buffer; start its target first");
    }
    for (int t = 0; t < plan.threads(); t++) {
      int number = t % locals.size();
      RemoteBuffer remote = remotes.get(number % remotes.size());
      plan.check(remote);
      slots.add(new BenchSlot(engine, plan, t, locals.get(number), remote));
    }
  }

  /** Returns where the threads work. */
  List<BenchSlot> slots() {
    return List.copyOf(slots);
  }

  /** Ends a run before its time; may be called from any thread. */
  void interrupt() {
    interrupted.set(true);
    stop.set(true);
  }

  /**
   * Runs.
   *
   * @param worker makes the worker of a slot; it is to end when the flag is set
   * @return what was measured, also when something failed
   */
  BenchReport run(WorkerOf worker) {
    List<BenchWorker> workers = slots.stream().map(bind(worker)).toList();
    HostLoad before = HostLoad.now();
    long start = System.nanoTime();
    runAll(workers);
    double seconds = (System.nanoTime() - start) / 1e9;
    return BenchReport.of(plan, peer, seconds, workers, interrupted.get())
        .with(HostLoad.now().since(before));
  }

  /** Makes the worker of a slot. */
  interface WorkerOf {
    /**
     * Makes a worker.
     *
     * @param slot where it works
     * @param stop ends it
     * @return the worker
     */
    BenchWorker make(BenchSlot slot, AtomicBoolean stop);
  }

  private Function<BenchSlot, BenchWorker> bind(WorkerOf worker) {
    return slot -> worker.make(slot, stop);
  }

  private void runAll(List<BenchWorker> workers) {
    ExecutorService threads = Executors.newFixedThreadPool(workers.size());
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      var end =
          timer.schedule(() -> stop.set(true), plan.duration().toNanos(), TimeUnit.NANOSECONDS);
      // Workers keep their failures, so their futures have nothing to tell.
      threads.invokeAll(workers.stream().map(Executors::callable).toList());
      end.cancel(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(ErrorCode.CANCELED, "interrupted in the middle of the run", e);
    } finally {
      stop.set(true);
      timer.shutdownNow();
      threads.shutdown();
    }
  }
}
