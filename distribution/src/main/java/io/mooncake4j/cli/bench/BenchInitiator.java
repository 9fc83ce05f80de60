package io.mooncake4j.cli.bench;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/** Runs the threads of a plan against a peer and adds up what they measured. */
final class BenchInitiator {
  private final TransferEngine engine;
  private final List<MemoryRegion> locals;
  private final BenchPlan plan;

  /**
   * Prepares a run.
   *
   * @param engine carries the requests
   * @param locals memory on this side, each at least {@link BenchPlan#reach()} long
   * @param plan what to do
   */
  BenchInitiator(TransferEngine engine, List<MemoryRegion> locals, BenchPlan plan) {
    this.engine = engine;
    this.locals = locals;
    this.plan = plan;
  }

  /**
   * Runs.
   *
   * @param peer the target's segment name
   * @return what was measured
   * @throws MooncakeException when the peer cannot be opened, has no fitting buffer, or a request
   *     does not complete
   */
  BenchReport run(String peer) {
    Segment segment = engine.openSegment(peer);
    List<RemoteBuffer> remotes = segment.buffers();
    if (remotes.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.ADDRESS_NOT_REGISTERED,
          "segment " + peer + " has no registered buffer; start its target first");
    }
    AtomicBoolean stop = new AtomicBoolean();
    List<BenchWorker> workers = new ArrayList<>();
    for (int t = 0; t < plan.threads(); t++) {
      RemoteBuffer remote = remotes.get(t % remotes.size());
      plan.check(remote);
      workers.add(new BenchWorker(engine, plan, t, locals.get(t % locals.size()), remote, stop));
    }
    long start = System.nanoTime();
    runAll(workers, stop);
    return report(peer, workers, (System.nanoTime() - start) / 1e9);
  }

  private void runAll(List<BenchWorker> workers, AtomicBoolean stop) {
    ExecutorService threads = Executors.newFixedThreadPool(workers.size());
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      var end =
          timer.schedule(() -> stop.set(true), plan.duration().toNanos(), TimeUnit.NANOSECONDS);
      MooncakeException failure = null;
      for (Future<BenchWorker> result : threads.invokeAll(workers)) {
        failure = failure == null ? failureOf(result) : failure;
      }
      end.cancel(false);
      if (failure != null) {
        throw failure;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(ErrorCode.CANCELED, "interrupted in the middle of the run", e);
    } finally {
      stop.set(true);
      timer.shutdownNow();
      threads.shutdown();
    }
  }

  private static MooncakeException failureOf(Future<BenchWorker> result)
      throws InterruptedException {
    try {
      result.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause() instanceof MooncakeException known
          ? known
          : new MooncakeException(ErrorCode.INTERNAL, String.valueOf(e.getCause()), e.getCause());
    }
  }

  private BenchReport report(String peer, List<BenchWorker> workers, double seconds) {
    Histogram latencyNanos = new Histogram(TimeUnit.HOURS.toNanos(1), 3);
    Set<String> transports = new HashSet<>();
    long batches = 0;
    for (BenchWorker worker : workers) {
      latencyNanos.add(worker.latencyNanos());
      transports.addAll(worker.transports());
      batches += worker.batches();
    }
    return new BenchReport(plan, peer, seconds, batches, latencyNanos, transports);
  }
}
