package io.mooncake4j.benchmarks.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * One timed run: every thread moves one batch that is not timed, all wait for each other, then each
 * moves batch after batch until the time is over and finishes the one that it has begun.
 */
final class PeerRun {
  /** What a run may take beyond its time: preparing, the first batch, the last one. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;

  private final PeerWorkload workload;
  private final PeerShape shape;
  private final long nanos;
  private final AtomicInteger unready;

  /** The instant at which all begin; a failure when one of them cannot. */
  private final CompletableFuture<Instant> start = new CompletableFuture<>();

  PeerRun(PeerWorkload workload, PeerShape shape, double seconds) {
    this.workload = workload;
    this.shape = shape;
    this.nanos = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    this.unready = new AtomicInteger(shape.threads());
  }

  /**
   * Runs it.
   *
   * @throws TimeoutException when the threads did not come to an end; they may still be running, so
   *     that nothing else can be measured in this process
   */
  PeerResult execute() throws Exception {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            shape.threads(),
            task -> {
              Thread thread = new Thread(task, "peer-worker");
              thread.setDaemon(true);
              return thread;
            });
    try (PeerWorkload.Session session = workload.open(shape)) {
      List<Future<Part>> futures = new ArrayList<>();
      for (int i = 0; i < shape.threads(); i++) {
        int thread = i;
        futures.add(executor.submit(() -> work(session, thread)));
      }
      return gather(futures);
    } finally {
      executor.shutdownNow();
    }
  }

  private Part work(PeerWorkload.Session session, int thread) throws Exception {
    Histogram latencies = new Histogram(LONGEST_NANOS, DIGITS);
    try (PeerWorkload.Worker worker = session.worker(thread)) {
      worker.moveBatch();
      if (unready.decrementAndGet() == 0) {
        start.complete(now());
      }
      long startNanos = start.get().nanos;
      long now = System.nanoTime();
      do {
        worker.moveBatch();
        long end = System.nanoTime();
        latencies.recordValue(Math.min(end - now, LONGEST_NANOS));
        now = end;
      } while (now - startNanos < nanos);
      return new Part(now, latencies);
    } catch (Exception | Error e) {
      // The others must not wait for this thread.
      start.completeExceptionally(e);
      throw e;
    }
  }

  private Instant now() throws IOException {
    double cpuSeconds = ProcessorTime.seconds(workload.serverPids());
    return new Instant(System.nanoTime(), cpuSeconds);
  }

  private PeerResult gather(List<Future<Part>> futures) throws Exception {
    long deadline = System.nanoTime() + nanos + GRACE.toNanos();
    Histogram latencies = new Histogram(LONGEST_NANOS, DIGITS);
    long end = Long.MIN_VALUE;
    ExecutionException failure = null;
    for (Future<Part> future : futures) {
      try {
        Part part = future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        latencies.add(part.latencies);
        end = Math.max(end, part.endNanos);
      } catch (ExecutionException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    Instant begin = start.get();
    double cpuSeconds = ProcessorTime.seconds(workload.serverPids()) - begin.cpuSeconds;
    long requests = latencies.getTotalCount() * shape.batch();
    double seconds = (end - begin.nanos) / (double) TimeUnit.SECONDS.toNanos(1);
    return new PeerResult(requests * shape.blockBytes(), requests, seconds, latencies, cpuSeconds);
  }

  /** A moment on both clocks. */
  private record Instant(long nanos, double cpuSeconds) {}

  /** What one thread measured; when its last batch ended. */
  private record Part(long endNanos, Histogram latencies) {}
}
