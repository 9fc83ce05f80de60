package io.mooncake4j.core.metrics;

import io.mooncake4j.api.MetricsSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How long things took, in the classes that C++ Mooncake's log line has: 10 µs to 10 s in steps of
 * about two. Recording allocates nothing and never blocks. Safe from any thread.
 */
public final class LatencyHistogram {
  private static final long[] LIMITS_NANOS =
      LongStream.of(
              10,
              20,
              50,
              100,
              200,
              500,
              1_000,
              2_000,
              5_000,
              10_000,
              20_000,
              50_000,
              100_000,
              200_000,
              500_000,
              1_000_000,
              2_000_000,
              5_000_000,
              10_000_000)
          .map(TimeUnit.MICROSECONDS::toNanos)
          .toArray();

  private static final List<Long> LIMITS = Arrays.stream(LIMITS_NANOS).boxed().toList();

  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(LIMITS_NANOS.length + 1L).toArray(LongAdder[]::new);
  private final LongAdder sumNanos = new LongAdder();

  /** Makes an empty one. */
  LatencyHistogram() {}

  /**
   * Counts a time.
   *
   * @param nanos how long it took
   */
  public void record(long nanos) {
    record(nanos, 1);
  }

  /**
   * Counts several times that are equal.
   *
   * @param nanos how long each took
   * @param times how many they are
   */
  public void record(long nanos, int times) {
    int low = 0;
    int high = LIMITS_NANOS.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (LIMITS_NANOS[middle] < nanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    counts[low].add(times);
    sumNanos.add(nanos * times);
  }

  /**
   * Returns how many times there are.
   *
   * @return the number
   */
  public long count() {
    long count = 0;
    for (LongAdder adder : counts) {
      count += adder.sum();
    }
    return count;
  }

  MetricsSnapshot.Histogram read() {
    return new MetricsSnapshot.Histogram(
        LIMITS, Arrays.stream(counts).map(LongAdder::sum).toList(), sumNanos.sum());
  }
}
