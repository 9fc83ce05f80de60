package io.mooncake4j.cli.bench;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongUnaryOperator;

/**
 * Proves that bytes arrive where they are sent: writes a pattern to every block of a run, then
 * reads all of it back into other memory and compares every byte. It needs nothing of the target
 * but its memory, so that a C++ target will do.
 */
final class BenchVerifier {
  private final List<BenchSlot> slots;
  private final long seed;

  /**
   * Makes a verifier.
   *
   * @param slots where the run's threads work
   * @param seed of the pattern
   */
  BenchVerifier(List<BenchSlot> slots, long seed) {
    this.slots = slots;
    this.seed = seed;
  }

  /**
   * Verifies.
   *
   * @return how many bytes were compared
   * @throws MooncakeException with {@link ErrorCode#INTERNAL} when a byte is wrong, or why a
   *     request did not complete
   */
  long run() {
    for (BenchSlot slot : slots) {
      // Each slot of a remote buffer has offsets of its own; all are written before any is read,
      // so that a write that lands in another slot is noticed.
      forEachBlock(slot, offset -> fill(slot.local(), offset, slot));
      transfer(slot, OpCode.WRITE, slot.local());
    }
    long compared = 0;
    BenchSlot any = slots.get(0);
    try (MemoryRegion scratch = any.engine().allocate(any.plan().reach())) {
      for (BenchSlot slot : slots) {
        forEachBlock(
            slot, offset -> BlockMemory.fill(scratch, offset, slot.plan().blockSize(), at -> 0));
        transfer(slot, OpCode.READ, scratch);
        forEachBlock(slot, offset -> compare(scratch, offset, slot));
        compared += slot.plan().blockSize() * slot.plan().batchSize();
      }
    }
    return compared;
  }

  private interface BlockAction {
    void at(long offset);
  }

  private static void forEachBlock(BenchSlot slot, BlockAction action) {
    for (int i = 0; i < slot.plan().batchSize(); i++) {
      action.at(slot.plan().offset(i, slot.thread()));
    }
  }

  private void fill(MemoryRegion region, long offset, BenchSlot slot) {
    BlockMemory.fill(region, offset, slot.plan().blockSize(), pattern(slot));
  }

  private void compare(MemoryRegion region, long offset, BenchSlot slot) {
    BlockMemory.Mismatch wrong =
        BlockMemory.compare(region, offset, slot.plan().blockSize(), pattern(slot));
    if (wrong != null) {
      throw new MooncakeException(
          ErrorCode.INTERNAL,
          "verification failed in "
              + slot.remote()
              + " (thread "
              + slot.thread()
              + ") at "
              + wrong);
    }
  }

  /** Bytes that differ between seeds and addresses, without a period that blocks could share. */
  private LongUnaryOperator pattern(BenchSlot slot) {
    long base = seed + slot.remote().address();
    return offset -> {
      long mixed = (base + offset) * 0x9e3779b97f4a7c15L;
      mixed = (mixed ^ (mixed >>> 32)) * 0xd6e8feb86659fd93L;
      return mixed >>> 56;
    };
  }

  private static void transfer(BenchSlot slot, OpCode operation, MemoryRegion memory) {
    var worker = new OneTransfer(slot, operation, memory);
    worker.run();
    if (worker.failure() != null) {
      throw worker.failure();
    }
  }

  /** A worker that stops after its first round. */
  private static final class OneTransfer extends BenchWorker {
    private final OpCode operation;
    private final MemoryRegion memory;
    private final AtomicBoolean stop;

    OneTransfer(BenchSlot slot, OpCode operation, MemoryRegion memory) {
      this(slot, operation, memory, new AtomicBoolean());
    }

    private OneTransfer(BenchSlot slot, OpCode operation, MemoryRegion memory, AtomicBoolean stop) {
      super(slot, stop);
      this.operation = operation;
      this.memory = memory;
      this.stop = stop;
    }

    @Override
    void round(Batch batch) {
      transfer(batch, slot().requests(operation, memory));
      stop.set(true);
    }
  }
}
