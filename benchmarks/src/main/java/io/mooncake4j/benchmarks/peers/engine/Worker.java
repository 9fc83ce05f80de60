package io.mooncake4j.benchmarks.peers.engine;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One thread of a run: submits its batches in turn, each when the one before has completed. */
final class Worker implements Callable<Worker> {
  /** Requests have deadlines of their own; this one only ends a wait for an engine gone wrong. */
  private static final Duration LOST = Duration.ofMinutes(2);

  private final TransferEngine engine;
  private final List<List<TransferRequest>> batches;
  private final long nanos;
  private final CountDownLatch start;
  private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
  private final Set<String> servedBy = new TreeSet<>();
  private long rounds;
  private long elapsed;

  /**
   * Prepares a thread.
   *
   * @param engine carries the requests
   * @param batches not empty, all of one size
   * @param nanos how long to work
   * @param start counted down by every thread that is ready; the work begins at zero
   */
  Worker(
      TransferEngine engine,
      List<List<TransferRequest>> batches,
      long nanos,
      CountDownLatch start) {
    this.engine = engine;
    this.batches = batches;
    this.nanos = nanos;
    this.start = start;
  }

  @Override
  public Worker call() throws InterruptedException {
    Batch batch = engine.newBatch(batches.get(0).size());
    start.countDown();
    start.await();
    long begin = System.nanoTime();
    long now = begin;
    for (int turn = 0; now - begin < nanos; turn = turn + 1 == batches.size() ? 0 : turn + 1) {
      long before = now;
      transfer(batch, batches.get(turn));
      now = System.nanoTime();
      latencies.recordValue(Math.min(now - before, latencies.getHighestTrackableValue()));
      rounds++;
    }
    elapsed = now - begin;
    batch.close();
    return this;
  }

  private void transfer(Batch batch, List<TransferRequest> requests) {
    batch.submit(requests);
    if (!batch.await(LOST)) {
      throw new IllegalStateException("a batch is not final after " + LOST);
    }
    if (batch.status() != TransferStatus.COMPLETED) {
      throw failure(batch);
    }
    if (rounds == 0) {
      for (int i = 0; i < batch.size(); i++) {
        servedBy.add(batch.servedBy(i));
      }
    }
    batch.reset();
  }

  private static IllegalStateException failure(Batch batch) {
    for (int i = 0; i < batch.size(); i++) {
      if (batch.failure(i) != null) {
        return new IllegalStateException(batch.failure(i).getMessage(), batch.failure(i));
      }
    }
    return new IllegalStateException("a batch is " + batch.status());
  }

  /** Returns how many requests completed. */
  long requests() {
    return rounds * batches.get(0).size();
  }

  /** Returns how many bytes were moved. */
  long bytes() {
    return requests() * batches.get(0).get(0).length();
  }

  /** Returns how long it worked. */
  double seconds() {
    return elapsed / 1e9;
  }

  /** Returns how long batches took, in nanoseconds. */
  Histogram latencies() {
    return latencies;
  }

  /** Returns the transports that carried it. */
  Set<String> servedBy() {
    return servedBy;
  }
}
