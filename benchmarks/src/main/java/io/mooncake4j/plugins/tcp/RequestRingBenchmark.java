package io.mooncake4j.plugins.tcp;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to bring one request through the ring of a connection: in by the sender, out by the
 * receiver. In the plugin's package, because the ring is the plugin's own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RequestRingBenchmark {
  private static final int DEPTH = 128;

  private final RequestRing ring = new RequestRing(DEPTH, Long.MAX_VALUE);

  /**
   * Fills the ring and empties it.
   *
   * @return how many requests have been answered
   */
  @Benchmark
  @OperationsPerInvocation(DEPTH)
  public long fillAndDrain() {
    while (ring.admits(true, false)) {
      ring.next();
      ring.push();
    }
    while (!ring.isEmpty()) {
      ring.oldest();
      ring.pop();
    }
    return ring.answered();
  }
}
