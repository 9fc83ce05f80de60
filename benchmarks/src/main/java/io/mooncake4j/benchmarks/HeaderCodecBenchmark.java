package io.mooncake4j.benchmarks;

import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

/** What it takes to write and to read one request header of the TCP wire format. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HeaderCodecBenchmark {
  private static final int HEADERS = 128;

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(HEADERS * RequestHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long address = 0x7f0000000000L;

  /**
   * Writes a batch of headers.
   *
   * @return the buffer
   */
  @Benchmark
  @OperationsPerInvocation(HEADERS)
  public ByteBuffer encode() {
    buffer.clear();
    for (int i = 0; i < HEADERS; i++) {
      RequestHeader.put(buffer, 4096, address++, RequestHeader.WRITE | RequestHeader.ACKNOWLEDGED);
    }
    return buffer;
  }

  /**
   * Reads them.
   *
   * @return something of all of them
   */
  @Benchmark
  @OperationsPerInvocation(HEADERS)
  public long decode() {
    long sum = 0;
    for (int i = 0; i < HEADERS; i++) {
      int at = i * RequestHeader.BYTES;
      sum += RequestHeader.size(buffer, at) + RequestHeader.address(buffer, at);
      sum += RequestHeader.isWrite(RequestHeader.opcode(buffer, at)) ? 1 : 0;
    }
    return sum;
  }
}
