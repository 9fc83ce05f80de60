package io.mooncake4j.cli.bench;

import io.mooncake4j.api.MooncakeException;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param plan what it did
 * @param segment the peer
 * @param seconds wall time of the timed loop
 * @param batches how many batches completed
 * @param errors how many requests did not complete
 * @param latencyNanos time from submission to completion of each batch
 * @param transports which transports served
 * @param failure why the run ended before its time, or null
 * @param interrupted whether a signal ended it before its time
 * @param verifiedBytes how many bytes were compared after the run, or -1 when that was not asked
 *     for or did not succeed
 * @param load of this host
 */
record BenchReport(
    BenchPlan plan,
    String segment,
    double seconds,
    long batches,
    long errors,
    Histogram latencyNanos,
    Set<String> transports,
    MooncakeException failure,
    boolean interrupted,
    long verifiedBytes,
    HostLoad load) {
  /**
   * Adds up what workers measured.
   *
   * @param plan what they did
   * @param segment the peer
   * @param seconds how long
   * @param workers those that have ended
   * @param interrupted whether a signal ended them
   * @return a report without the host's load
   */
  static BenchReport of(
      BenchPlan plan,
      String segment,
      double seconds,
      Collection<BenchWorker> workers,
      boolean interrupted) {
    Histogram latencyNanos = new Histogram(TimeUnit.HOURS.toNanos(1), 3);
    Set<String> transports = new TreeSet<>();
    workers.forEach(worker -> latencyNanos.add(worker.latencyNanos()));
    workers.forEach(worker -> transports.addAll(worker.transports()));
    return new BenchReport(
        plan,
        segment,
        seconds,
        workers.stream().mapToLong(BenchWorker::rounds).sum(),
        workers.stream().mapToLong(BenchWorker::errors).sum(),
        latencyNanos,
        transports,
        workers.stream()
            .map(BenchWorker::failure)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null),
        interrupted,
        -1,
        new HostLoad(0, -1, -1, 0));
  }

  /** Returns the report with the host's load. */
  BenchReport with(HostLoad measured) {
    return new BenchReport(
        plan,
        segment,
        seconds,
        batches,
        errors,
        latencyNanos,
        transports,
        failure,
        interrupted,
        verifiedBytes,
        measured);
  }

  /** Returns the report with what a verification said. */
  BenchReport verified(long compared, MooncakeException wrong) {
    return new BenchReport(
        plan,
        segment,
        seconds,
        batches,
        errors,
        latencyNanos,
        transports,
        wrong,
        interrupted,
        compared,
        load);
  }

  /** Returns how many bytes the completed batches moved. */
  long bytes() {
    return batches * plan.batchSize() * plan.blockSize();
  }

  /** Returns the rate over the whole run. */
  double bytesPerSecond() {
    return seconds == 0 ? 0 : bytes() / seconds;
  }

  /**
   * Returns a batch's latency.
   *
   * @param percentile 100 for the longest
   * @return microseconds
   */
  double micros(double percentile) {
    return latencyNanos.getTotalCount() == 0
        ? 0
        : latencyNanos.getValueAtPercentile(percentile) / 1000.0;
  }
}
