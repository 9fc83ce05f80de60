package io.mooncake4j.cli.bench;

import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one thread of a run works: blocks at the same offsets of a local and of a remote buffer.
 *
 * @param engine carries the requests
 * @param plan which blocks
 * @param thread the thread's number
 * @param local the memory on this side
 * @param remote the memory on the other side
 */
record BenchSlot(
    TransferEngine engine, BenchPlan plan, int thread, MemoryRegion local, RemoteBuffer remote) {
  /**
   * Makes a batch's requests.
   *
   * @param operation the direction
   * @return one for each block, in order
   */
  List<TransferRequest> requests(OpCode operation) {
    return requests(operation, local);
  }

  /**
   * Makes a batch's requests with other memory on this side.
   *
   * @param operation the direction
   * @param memory used in place of the local buffer
   * @return one for each block, in order
   */
  List<TransferRequest> requests(OpCode operation, MemoryRegion memory) {
    List<TransferRequest> list = new ArrayList<>(plan.batchSize());
    for (int i = 0; i < plan.batchSize(); i++) {
      long offset = plan.offset(i, thread);
      list.add(
          operation == OpCode.READ
              ? TransferRequest.read(memory, offset, remote, offset, plan.blockSize())
              : TransferRequest.write(memory, offset, remote, offset, plan.blockSize()));
    }
    return List.copyOf(list);
  }
}
