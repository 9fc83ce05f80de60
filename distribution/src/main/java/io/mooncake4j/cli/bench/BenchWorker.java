package io.mooncake4j.cli.bench;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/** One thread of a run: submits a batch, waits for it, and begins again until told to stop. */
final class BenchWorker implements Callable<BenchWorker> {
  /** Requests have deadlines of their own; this one only ends a wait for an engine gone wrong. */
  private static final Duration LOST = Duration.ofMinutes(10);

  private final TransferEngine engine;
  private final List<TransferRequest> requests;
  private final AtomicBoolean stop;
  private final Histogram latencyNanos = new Histogram(TimeUnit.HOURS.toNanos(1), 3);
  private final Set<String> transports = new HashSet<>();
  private long batches;

  /**
   * Prepares a thread's requests.
   *
   * @param engine carries them
   * @param plan what to do
   * @param thread the thread's number
   * @param local the memory on this side
   * @param remote the memory on the other side
   * @param stop ends the loop; the worker sets it when it fails
   */
  BenchWorker(
      TransferEngine engine,
      BenchPlan plan,
      int thread,
      MemoryRegion local,
      RemoteBuffer remote,
      AtomicBoolean stop) {
    this.engine = engine;
    this.stop = stop;
    List<TransferRequest> list = new ArrayList<>(plan.batchSize());
    for (int i = 0; i < plan.batchSize(); i++) {
      long offset = plan.offset(i, thread);
      list.add(
          plan.operation() == OpCode.READ
              ? TransferRequest.read(local, offset, remote, offset, plan.blockSize())
              : TransferRequest.write(local, offset, remote, offset, plan.blockSize()));
    }
    requests = List.copyOf(list);
  }

  /**
   * Works until told to stop.
   *
   * @return this worker with what it measured
   * @throws MooncakeException the failure of the first request that did not complete
   */
  @Override
  public BenchWorker call() {
    Batch batch = engine.newBatch(requests.size());
    try {
      while (!stop.get()) {
        long start = System.nanoTime();
        batch.submit(requests);
        if (!batch.await(LOST)) {
          throw new MooncakeException(
              ErrorCode.TIMEOUT, "a batch is not final after " + LOST.toMinutes() + " minutes");
        }
        latencyNanos.recordValue(
            Math.min(System.nanoTime() - start, latencyNanos.getHighestTrackableValue()));
        check(batch);
        transports.add(batch.servedBy(0));
        batches++;
        batch.reset();
      }
      batch.close();
      return this;
    } catch (MooncakeException e) {
      // The engine's close ends what is still in flight; closing the batch would be refused.
      stop.set(true);
      throw e;
    }
  }

  private void check(Batch batch) {
    if (batch.status() == TransferStatus.COMPLETED) {
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      MooncakeException failure = batch.failure(i);
      if (failure != null) {
        throw failure;
      }
    }
    throw new MooncakeException(
        ErrorCode.INTERNAL, "a batch is " + batch.status() + " but none of its requests says why");
  }

  /**
   * Returns how many batches completed.
   *
   * @return the number
   */
  long batches() {
    return batches;
  }

  /**
   * Returns how long batches took.
   *
   * @return nanoseconds
   */
  Histogram latencyNanos() {
    return latencyNanos;
  }

  /**
   * Returns which transports carried the first requests of the batches.
   *
   * @return their names
   */
  Set<String> transports() {
    return transports;
  }
}
