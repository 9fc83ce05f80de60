package io.mooncake4j.benchmarks.peers.engine;

import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What the threads of a run move: the blocks of C++ Mooncake's transfer_engine_bench, which lie
 * side by side, or others.
 *
 * @param opcode the direction
 * @param block bytes of a request
 * @param batch requests of a batch
 * @param threads threads that submit
 * @param nanos how long
 * @param pattern where the blocks of a batch lie
 * @param span bytes that a thread's batches walk through, one after the other; 0 for the same batch
 *     over and over
 * @param transport the one transport to use, or null
 */
record Work(
    OpCode opcode,
    long block,
    int batch,
    int threads,
    long nanos,
    Pattern pattern,
    long span,
    String transport) {
  private static final long SEED = 20;

  /** Where the blocks of a batch lie, on both sides. */
  enum Pattern {
    /** One after the other. */
    SIDE_BY_SIDE,

    /** Every other block is left out and the order is random. */
    SCATTERED,

    /** All requests move the same block, which so stays in the CPU's caches, as iperf3's does. */
    ONE_BLOCK;

    private static Pattern of(String word) {
      return word == null ? SIDE_BY_SIDE : valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /** Reads {@code run OP BLOCK BATCH THREADS SECONDS [pattern=P] [span=N] [transport=T]}. */
  static Work of(Command command) {
    return new Work(
        OpCode.valueOf(command.word(1).toUpperCase(Locale.ROOT)),
        command.number(2),
        command.count(3),
        command.count(4),
        command.nanos(5),
        Pattern.of(command.option("pattern")),
        command.numberOption("span"),
        command.option("transport"));
  }

  /** Returns how many bytes of memory the work needs on both sides. */
  long reach() {
    return Math.max(span, block * batch * (pattern == Pattern.SCATTERED ? 2 : 1)) * threads;
  }

  /**
   * Returns the batches of a thread, to be submitted in turn, at the same offsets of both sides.
   */
  List<List<TransferRequest>> batches(int thread, MemoryRegion local, RemoteBuffer remote) {
    return batches(thread, local, remote, 0);
  }

  /** Returns the same with the remote side's blocks so many bytes further on. */
  List<List<TransferRequest>> batches(
      int thread, MemoryRegion local, RemoteBuffer remote, long remoteBase) {
    long share = block * batch;
    int turns = (int) Math.max(1, span / share);
    List<List<TransferRequest>> batches = new ArrayList<>(turns);
    for (int turn = 0; turn < turns; turn++) {
      List<TransferRequest> requests = new ArrayList<>(batch);
      for (int slot : slots()) {
        // In the order of threads within a slot, as transfer_engine_bench has it.
        long offset = block * ((long) slot * threads + thread) + turn * share * threads;
        requests.add(request(local, offset, remote, remoteBase + offset));
      }
      batches.add(List.copyOf(requests));
    }
    return batches;
  }

  private List<Integer> slots() {
    List<Integer> slots = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      slots.add(
          switch (pattern) {
            case SIDE_BY_SIDE -> i;
            case SCATTERED -> 2 * i;
            case ONE_BLOCK -> 0;
          });
    }
    if (pattern == Pattern.SCATTERED) {
      Collections.shuffle(slots, new Random(SEED));
    }
    return slots;
  }

  private TransferRequest request(
      MemoryRegion local, long localOffset, RemoteBuffer remote, long remoteOffset) {
    TransferRequest request =
        opcode == OpCode.READ
            ? TransferRequest.read(local, localOffset, remote, remoteOffset, block)
            : TransferRequest.write(local, localOffset, remote, remoteOffset, block);
    return transport == null ? request : request.via(transport);
  }
}
