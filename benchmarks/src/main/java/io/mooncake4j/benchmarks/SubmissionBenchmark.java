package io.mooncake4j.benchmarks;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.core.local.LocalTransportProvider;
import java.time.Duration;
import java.util.ArrayList;
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
 * What a batch of 4 KiB requests costs from submission to completion, the same batch and requests
 * over and over. Run it with JMH's gc profiler to see what is allocated.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SubmissionBenchmark {
  private static final int BLOCK = 4096;

  /** The transport that carries the requests. */
  @Param({InstantTransportProvider.NAME, LocalTransportProvider.NAME, "tcp"})
  public String transport;

  /** Requests in a batch. */
  @Param({"1", "128"})
  public int requests;

  private TransferEngine target;
  private TransferEngine initiator;
  private Batch batch;
  private List<TransferRequest> list;

  /** Starts both engines. */
  @Setup(Level.Trial)
  public void start() {
    initiator = engine();
    target = transport.equals("tcp") ? engine() : initiator;
    MemoryRegion local = initiator.allocate((long) BLOCK * requests);
    target.allocate((long) BLOCK * requests);
    List<RemoteBuffer> buffers = initiator.openSegment(target.name()).buffers();
    RemoteBuffer remote = buffers.get(buffers.size() - 1);
    batch = initiator.newBatch(requests);
    list = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      long offset = (long) BLOCK * i;
      list.add(
          i % 2 == 0
              ? TransferRequest.write(local, offset, remote, offset, BLOCK)
              : TransferRequest.read(local, offset, remote, offset, BLOCK));
    }
  }

  private TransferEngine engine() {
    return TransferEngine.builder()
        .ignoreEnvironment()
        .name("127.0.0.1")
        .option("mooncake.network.bind-address", "127.0.0.1")
        .option("mooncake.transports", transport)
        .build();
  }

  /**
   * Submits the batch and waits for it.
   *
   * @return its status
   */
  @Benchmark
  public TransferStatus submitAndAwait() {
    batch.submit(list);
    batch.await(Duration.ofSeconds(30));
    TransferStatus status = batch.status();
    if (status != TransferStatus.COMPLETED) {
      throw new IllegalStateException("batch " + status + ": " + batch.failure(0));
    }
    batch.reset();
    return status;
  }

  /** Stops both engines. */
  @TearDown(Level.Trial)
  public void stop() {
    batch.close();
    initiator.close();
    target.close();
  }
}
