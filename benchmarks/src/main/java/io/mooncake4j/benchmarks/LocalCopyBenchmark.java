package io.mooncake4j.benchmarks;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.core.local.LocalTransportProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long one copy between two regions of an engine takes, by its length and by who makes it: the
 * submitting thread, or one or more threads of the engine.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class LocalCopyBenchmark {
  private static final int ROOM = 256 << 20;

  /** Bytes of a copy. */
  @Param({"4096", "65536", "1048576", "4194304", "16777216", "67108864"})
  public int bytes;

  /** How many threads of the engine copy; 0 leaves it to the submitting thread. */
  @Param({"0", "1", "2"})
  public int threads;

  private TransferEngine engine;
  private Batch batch;
  private List<List<TransferRequest>> requests;
  private int next;

  /** Starts the engine. */
  @Setup(Level.Trial)
  public void start() {
    var builder =
        TransferEngine.builder()
            .ignoreEnvironment()
            .name("127.0.0.1")
            .option("mooncake.network.bind-address", "127.0.0.1")
            .option("mooncake.transports", LocalTransportProvider.NAME)
            .option("mooncake.local.threads", String.valueOf(Math.max(1, threads)))
            .option("mooncake.local.direct-bytes", threads == 0 ? "1g" : "0")
            .option("mooncake.local.parallel-bytes", threads == 0 ? "2g" : "4k");
    engine = builder.build();
    MemoryRegion local = engine.allocate(ROOM);
    MemoryRegion remote = engine.allocate(ROOM);
    var segment = engine.openSegment(engine.name());
    batch = engine.newBatch(1);
    // Another place each time, because memory that is copied is seldom in the cache.
    requests =
        java.util.stream.IntStream.range(0, ROOM / bytes)
            .mapToObj(
                i ->
                    List.of(
                        TransferRequest.raw(
                            OpCode.WRITE,
                            local,
                            (long) i * bytes,
                            segment,
                            AddressSpace.VIRTUAL,
                            remote.address() + (long) i * bytes,
                            bytes)))
            .toList();
  }

  /**
   * Copies once.
   *
   * @return its status
   */
  @Benchmark
  public TransferStatus copy() {
    batch.submit(requests.get(next++ % requests.size()));
    batch.await(Duration.ofSeconds(30));
    TransferStatus status = batch.status();
    if (status != TransferStatus.COMPLETED) {
      throw new IllegalStateException("batch " + status + ": " + batch.failure(0));
    }
    batch.reset();
    return status;
  }

  /** Stops the engine. */
  @TearDown(Level.Trial)
  public void stop() {
    batch.close();
    engine.close();
  }
}
