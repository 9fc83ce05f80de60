package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.api.OpCode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A request of a worker: where in the area, and from which seed its bytes are made.
 *
 * @param opcode whether it reads or writes
 * @param offset its first byte in the area
 * @param local its first byte in the worker's memory
 * @param length bytes, at least 1
 * @param seed the seed of what a write writes
 */
record Job(OpCode opcode, int offset, int local, int length, long seed) {
  private static final int MAX_REQUESTS = 32;
  private static final long WRITES_PER_IDEMPOTENT = 200;

  /** A read that lands where it came from. */
  static Job read(int offset, int length, long seed) {
    return new Job(OpCode.READ, offset, offset, length, seed);
  }

  /**
   * Ranges that do not touch, of all magnitudes, some side by side; none where it is in doubt. What
   * is side by side there is so here as well, or in the opposite order.
   */
  static List<Job> random(Lane lane, SplittableRandom random) {
    List<Job> jobs = new ArrayList<>();
    boolean opposite = random.nextInt(3) == 0;
    int most = 1 + random.nextInt(MAX_REQUESTS);
    int at = random.nextInt(1 + random.nextInt(lane.bytes()));
    while (jobs.size() < most && at < lane.bytes()) {
      double magnitude = random.nextDouble() * Math.log(lane.bytes() - at);
      int length = (int) Math.min(lane.bytes() - at, Math.max(1, Math.exp(magnitude)));
      OpCode opcode = random.nextBoolean() ? OpCode.READ : OpCode.WRITE;
      if (!lane.isInDoubt(at, length)) {
        int local = opposite ? lane.bytes() - at - length : at;
        jobs.add(new Job(opcode, at, local, length, random.nextLong()));
      }
      at += length + (random.nextInt(3) == 0 ? 0 : random.nextInt(5000));
    }
    return jobs;
  }

  boolean isWrite() {
    return opcode == OpCode.WRITE;
  }

  boolean isIdempotent() {
    return isWrite() && Math.floorMod(seed, WRITES_PER_IDEMPOTENT) == 0;
  }

  /** The seed of the bytes that are in the worker's memory when the request begins. */
  long localSeed() {
    return isWrite() ? seed : ~seed;
  }
}
