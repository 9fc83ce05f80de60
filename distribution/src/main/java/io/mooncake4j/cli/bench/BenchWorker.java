package io.mooncake4j.cli.bench;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/** One thread of a run: does its work again and again until told to stop, and measures it. */
abstract class BenchWorker implements Runnable {
  /** Requests have deadlines of their own; this one only ends a wait for an engine gone wrong. */
  private static final Duration LOST = Duration.ofMinutes(10);

  private final BenchSlot slot;
  private final AtomicBoolean stop;
  private final Histogram latencyNanos = new Histogram(TimeUnit.HOURS.toNanos(1), 3);
  private final Set<String> transports = new HashSet<>();
  private long rounds;
  private long errors;
  private MooncakeException failure;

  /**
   * Prepares a thread.
   *
   * @param slot where it works
   * @param stop ends the loop; the worker sets it when it fails
   */
  BenchWorker(BenchSlot slot, AtomicBoolean stop) {
    this.slot = slot;
    this.stop = stop;
  }

  /**
   * Does the work once.
   *
   * @param batch empty before and after
   */
  abstract void round(Batch batch);

  /** Works until told to stop or until something fails; see {@link #failure()}. */
  @Override
  public void run() {
    try {
      Batch batch = slot.engine().newBatch(slot.plan().batchSize());
      while (!stop.get()) {
        long start = System.nanoTime();
        round(batch);
        latencyNanos.recordValue(
            Math.min(System.nanoTime() - start, latencyNanos.getHighestTrackableValue()));
        rounds++;
      }
      batch.close();
    } catch (MooncakeException e) {
      // The engine's close ends what is still in flight; closing the batch would be refused.
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = new MooncakeException(ErrorCode.INTERNAL, String.valueOf(e), e);
    } finally {
      stop.set(true);
    }
  }

  /** Submits requests, waits for them, and empties the batch. */
  final void transfer(Batch batch, List<TransferRequest> requests) {
    batch.submit(requests);
    if (!batch.await(LOST)) {
      throw new MooncakeException(
          ErrorCode.TIMEOUT, "a batch is not final after " + LOST.toMinutes() + " minutes");
    }
    if (batch.status() != TransferStatus.COMPLETED) {
      throw failureOf(batch);
    }
    noteWhoServed(batch);
    batch.reset();
  }

  @SuppressWarnings("ReferenceEquality") // The same name again is the rule, and quick to tell.
  private void noteWhoServed(Batch batch) {
    String last = null;
    for (int i = 0; i < batch.size(); i++) {
      String name = batch.servedBy(i);
      if (name != last) {
        transports.add(name);
        last = name;
      }
    }
  }

  private MooncakeException failureOf(Batch batch) {
    MooncakeException first = null;
    for (int i = 0; i < batch.size(); i++) {
      if (batch.status(i) != TransferStatus.COMPLETED) {
        errors++;
        first = first == null ? batch.failure(i) : first;
      }
    }
    return first != null
        ? first
        : new MooncakeException(
            ErrorCode.INTERNAL,
            "a batch is " + batch.status() + " but none of its requests says why");
  }

  /** Returns where it works. */
  final BenchSlot slot() {
    return slot;
  }

  /** Returns how often the work was done. */
  final long rounds() {
    return rounds;
  }

  /** Returns how many requests did not complete. */
  final long errors() {
    return errors;
  }

  /** Returns why it ended before its time, or null. */
  final MooncakeException failure() {
    return failure;
  }

  /** Returns how long rounds took, in nanoseconds. */
  final Histogram latencyNanos() {
    return latencyNanos;
  }

  /** Returns which transports carried requests. */
  final Set<String> transports() {
    return transports;
  }
}
