package io.mooncake4j.cli.bench;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import java.time.Duration;

/**
 * What a run does. Thread {@code t} copies, in request {@code i} of every batch, the block at
 * offset {@code blockSize * (i * threads + t)}, at the same offset on both sides; so does C++
 * Mooncake's transfer_engine_bench.
 *
 * @param operation the direction
 * @param blockSize bytes of a request
 * @param batchSize requests of a batch
 * @param threads how many work at the same time
 * @param duration how long
 */
record BenchPlan(OpCode operation, long blockSize, int batchSize, int threads, Duration duration) {
  /**
   * Checks that the requests' offsets can be counted.
   *
   * @throws ArithmeticException when their number of bytes exceeds 63 bits
   */
  BenchPlan {
    Math.multiplyExact(blockSize, Math.multiplyExact((long) batchSize, threads));
  }

  /**
   * Returns how much of a buffer the threads reach.
   *
   * @return bytes from its start
   */
  long reach() {
    return blockSize * batchSize * threads;
  }

  /**
   * Returns where a request works.
   *
   * @param request its number in the batch
   * @param thread the thread's number
   * @return bytes from the start of the buffer
   */
  long offset(int request, int thread) {
    return blockSize * ((long) request * threads + thread);
  }

  /**
   * Checks that a peer's buffer is large enough.
   *
   * @param remote the buffer
   * @throws MooncakeException with {@link ErrorCode#ADDRESS_NOT_REGISTERED} when it is not
   */
  void check(RemoteBuffer remote) {
    if (remote.length() < reach()) {
      throw new MooncakeException(
          ErrorCode.ADDRESS_NOT_REGISTERED,
          "the target's buffer "
              + remote
              + " is shorter than block_size * batch_size * threads = "
              + reach()
              + " bytes; start the target with a larger buffer_size, or lower one of the three");
    }
  }
}
