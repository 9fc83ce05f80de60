package io.mooncake4j.cli.bench;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.TransferRequest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A thread of {@code validate}: writes a batch and reads it back from the same addresses. In the
 * first round and in one of 64 afterwards the source has a byte of chance and is wiped between the
 * two, and what was read is compared; so does C++ Mooncake's transfer_engine_validator.
 */
final class ValidateWorker extends BenchWorker {
  private static final int ROUNDS_PER_CHECK = 64;
  private static final int BYTE_VALUES = 255;

  private final SplittableRandom random;
  private final List<TransferRequest> writes;
  private final List<TransferRequest> reads;
  private boolean first = true;

  ValidateWorker(BenchSlot slot, AtomicBoolean stop, long seed) {
    super(slot, stop);
    random = new SplittableRandom(seed + slot.thread());
    writes = slot.requests(OpCode.WRITE);
    reads = slot.requests(OpCode.READ);
  }

  @Override
  void round(Batch batch) {
    boolean check = first || random.nextInt(ROUNDS_PER_CHECK) == 0;
    first = false;
    int value = random.nextInt(BYTE_VALUES);
    if (check) {
      fill(value);
    }
    transfer(batch, writes);
    if (check) {
      fill(0);
    }
    transfer(batch, reads);
    if (check) {
      compare(value);
    }
  }

  private void fill(int value) {
    BenchSlot slot = slot();
    for (int i = 0; i < slot.plan().batchSize(); i++) {
      BlockMemory.fill(
          slot.local(),
          slot.plan().offset(i, slot.thread()),
          slot.plan().blockSize(),
          offset -> value);
    }
  }

  private void compare(int value) {
    BenchSlot slot = slot();
    for (int i = 0; i < slot.plan().batchSize(); i++) {
      BlockMemory.Mismatch wrong =
          BlockMemory.compare(
              slot.local(),
              slot.plan().offset(i, slot.thread()),
              slot.plan().blockSize(),
              offset -> value);
      if (wrong != null) {
        throw new MooncakeException(
            ErrorCode.INTERNAL,
            "Detect data integrity problem: thread "
                + slot.thread()
                + ", request "
                + i
                + " with "
                + slot.remote()
                + ", "
                + wrong);
      }
    }
  }
}
