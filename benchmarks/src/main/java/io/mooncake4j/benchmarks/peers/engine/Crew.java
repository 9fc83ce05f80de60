package io.mooncake4j.benchmarks.peers.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Runs workers side by side and tells what they did as one JSON object. */
final class Crew {
  private final List<Worker> workers;

  /** Takes workers that have not begun. */
  Crew(List<Worker> workers) {
    this.workers = workers;
  }

  /** Runs all of them to their end; the first failure is thrown when all have ended. */
  Crew run() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(workers.size());
    try {
      List<Future<Worker>> ends = threads.invokeAll(workers);
      for (Future<Worker> end : ends) {
        end.get();
      }
      return this;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } finally {
      threads.shutdownNow();
      threads.awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  /** Returns the sums, the percentiles of batches' latencies, and each worker's bytes a second. */
  String json() {
    Histogram latencies = workers.get(0).latencies().copy();
    workers.stream().skip(1).forEach(worker -> latencies.add(worker.latencies()));
    TreeSet<String> servedBy = new TreeSet<>();
    workers.forEach(worker -> servedBy.addAll(worker.servedBy()));
    List<String> rates = new ArrayList<>();
    workers.forEach(worker -> rates.add(number(worker.bytes() / worker.seconds())));
    return "{\"bytes\":"
        + workers.stream().mapToLong(Worker::bytes).sum()
        + ",\"requests\":"
        + workers.stream().mapToLong(Worker::requests).sum()
        + ",\"seconds\":"
        + number(workers.stream().mapToDouble(Worker::seconds).max().orElseThrow())
        + ",\"p50_us\":"
        + number(latencies.getValueAtPercentile(50) / 1e3)
        + ",\"p99_us\":"
        + number(latencies.getValueAtPercentile(99) / 1e3)
        + ",\"served_by\":\""
        + String.join("+", servedBy)
        + "\",\"rates\":"
        + rates
        + "}";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
