package io.mooncake4j.cli.demo;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Copies ranges in chunks, several batches of them in flight. Not for concurrent use.
 *
 * <p>After a failure it must not be used again; what is then still in flight ends with the engine.
 */
final class ChunkedTransfer {
  /** Bytes of a request. */
  static final int CHUNK = 1 << 20;

  private static final int BATCH = 8;
  private static final int IN_FLIGHT = 4;

  /** Requests have deadlines of their own; this one only ends a wait for an engine gone wrong. */
  private static final Duration LOST = Duration.ofMinutes(10);

  private final LongConsumer progress;
  private final Deque<Batch> idle = new ArrayDeque<>();
  private final Deque<Batch> busy = new ArrayDeque<>();
  private final SortedMap<String, Long> served = new TreeMap<>();

  /**
   * Prepares transfers.
   *
   * @param engine carries them
   * @param progress is told how many more bytes have arrived
   */
  ChunkedTransfer(TransferEngine engine, LongConsumer progress) {
    this.progress = progress;
    for (int i = 0; i < IN_FLIGHT; i++) {
      idle.add(engine.newBatch(BATCH));
    }
  }

  /**
   * Copies the first bytes of one side to the other and waits until they are there.
   *
   * @param operation the direction
   * @param local memory on this side
   * @param remote memory on the other side
   * @param length bytes
   * @return how long it took, in nanoseconds
   * @throws MooncakeException the failure of the first request that did not complete
   */
  long run(OpCode operation, MemoryRegion local, RemoteBuffer remote, long length) {
    long start = System.nanoTime();
    List<TransferRequest> requests = new ArrayList<>(BATCH);
    for (long offset = 0; offset < length; offset += CHUNK) {
      long size = Math.min(CHUNK, length - offset);
      requests.add(
          operation == OpCode.WRITE
              ? TransferRequest.write(local, offset, remote, offset, size)
              : TransferRequest.read(local, offset, remote, offset, size));
      if (requests.size() == BATCH || offset + size == length) {
        submit(requests);
        requests.clear();
      }
    }
    while (!busy.isEmpty()) {
      idle.add(finish(busy.remove()));
    }
    return System.nanoTime() - start;
  }

  private void submit(List<TransferRequest> requests) {
    Batch batch = idle.isEmpty() ? finish(busy.remove()) : idle.remove();
    batch.submit(requests);
    busy.add(batch);
  }

  private Batch finish(Batch batch) {
    if (!batch.await(LOST)) {
      throw new MooncakeException(
          ErrorCode.TIMEOUT, "a batch is not final after " + LOST.toMinutes() + " minutes");
    }
    long bytes = 0;
    for (int i = 0; i < batch.size(); i++) {
      if (batch.status(i) != TransferStatus.COMPLETED) {
        throw batch.failure(i);
      }
      bytes += batch.transferredBytes(i);
      served.merge(batch.servedBy(i), 1L, Long::sum);
    }
    progress.accept(bytes);
    batch.reset();
    return batch;
  }

  /**
   * Tells which transports carried the requests.
   *
   * @return number of requests by transport
   */
  SortedMap<String, Long> served() {
    return served;
  }
}
