package io.mooncake4j.cli.bench;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.TransferRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A thread of {@code bench}: one batch a round. */
final class TransferWorker extends BenchWorker {
  private final List<TransferRequest> requests;

  TransferWorker(BenchSlot slot, AtomicBoolean stop) {
    super(slot, stop);
    requests = slot.requests(slot.plan().operation());
  }

  @Override
  void round(Batch batch) {
    transfer(batch, requests);
  }
}
