package io.mooncake4j.core.metrics;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.spi.Metrics.Counter;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is counted for requests and batches. Everything that a request meets on its way allocates
 * nothing and never blocks. Safe from any thread.
 */
public final class RequestMetrics {
  static final String READ_BYTES = "engine.read.bytes";
  static final String WRITTEN_BYTES = "engine.written.bytes";
  static final String LATENCY = "engine.requests.latency.nanos";

  private final Counter[] readBytes;
  private final Counter[] writtenBytes;
  private final Counter submitted;
  private final Counter canceled;
  private final Counter retries;
  private final Map<ErrorCode.Remedy, LongAdder> failures = new EnumMap<>(ErrorCode.Remedy.class);
  private final LatencyHistogram latency;
  private final LongAdder batches = new LongAdder();

  /**
   * Registers the metrics.
   *
   * @param metrics where
   * @param transports the names of the transports, in the order of their indices
   */
  public RequestMetrics(EngineMetrics metrics, List<String> transports) {
    readBytes = perTransport(metrics, transports, READ_BYTES);
    writtenBytes = perTransport(metrics, transports, WRITTEN_BYTES);
    submitted = metrics.counter("engine.requests.submitted");
    canceled = metrics.counter("engine.requests.canceled");
    retries = metrics.counter("engine.retries");
    latency = metrics.histogram(LATENCY);
    // Derived from what is counted anyway, so that a request costs nothing more.
    metrics.counter("engine.requests.completed", latency::count);
    metrics.counter(
        "engine.requests.failed", () -> failures.values().stream().mapToLong(LongAdder::sum).sum());
    for (ErrorCode.Remedy remedy : ErrorCode.Remedy.values()) {
      LongAdder failed = new LongAdder();
      failures.put(remedy, failed);
      String name = remedy.name().toLowerCase(Locale.ROOT).replace('_', '-');
      metrics.counter("engine.failures." + name, failed::sum);
    }
    metrics.gauge("engine.batches", batches::sum);
  }

  private static Counter[] perTransport(
      EngineMetrics metrics, List<String> transports, String total) {
    String what = total.substring("engine.".length());
    List<LongAdder> sums = transports.stream().map(name -> new LongAdder()).toList();
    Counter[] counters = new Counter[sums.size()];
    for (int i = 0; i < counters.length; i++) {
      LongAdder sum = sums.get(i);
      counters[i] = sum::add;
      metrics.counter("engine.via." + transports.get(i) + "." + what, sum::sum);
    }
    metrics.counter(total, () -> sums.stream().mapToLong(LongAdder::sum).sum());
    return counters;
  }

  /**
   * Counts requests that an application has submitted.
   *
   * @param requests how many
   */
  public void submitted(int requests) {
    submitted.add(requests);
  }

  /** Counts a batch that has something under way from now on. */
  public void batchStarted() {
    batches.increment();
  }

  /** Counts a batch of which nothing is under way any more. */
  public void batchEnded() {
    batches.decrement();
  }

  /** Counts another try of a request. */
  public void retried() {
    retries.add(1);
  }

  /**
   * Counts what a request has moved.
   *
   * @param opcode in which direction
   * @param transport the index of the transport
   * @param bytes how much
   */
  public void moved(OpCode opcode, int transport, long bytes) {
    (opcode == OpCode.READ ? readBytes : writtenBytes)[transport].add(bytes);
  }

  /**
   * Counts requests that have completed just now.
   *
   * @param requests how many
   * @param sinceNanos when they were submitted, as {@link System#nanoTime()} tells
   */
  public void completed(int requests, long sinceNanos) {
    latency.record(System.nanoTime() - sinceNanos, requests);
  }

  /**
   * Counts the end of a request.
   *
   * @param outcome its final status
   * @param error why it failed, or null
   * @param sinceNanos when it was submitted, as {@link System#nanoTime()} tells
   */
  public void ended(TransferStatus outcome, MooncakeException error, long sinceNanos) {
    if (outcome == TransferStatus.COMPLETED) {
      completed(1, sinceNanos);
    } else if (outcome == TransferStatus.CANCELED) {
      canceled.add(1);
    } else {
      ErrorCode code = error == null ? ErrorCode.INTERNAL : error.code();
      failures.get(code.remedy()).increment();
    }
  }
}
