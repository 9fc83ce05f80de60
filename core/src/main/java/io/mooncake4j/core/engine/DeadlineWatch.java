package io.mooncake4j.core.engine;

import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that ends what is under way when its deadline has passed. It sleeps until the earliest
 * deadline it knows; batches whose deadlines are later than that cost a submission nothing.
 */
final class DeadlineWatch implements AutoCloseable {
  private static final long FOREVER = TimeUnit.HOURS.toNanos(1);

  private final Queue<TransferBatch> batches = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile long wakeNanos = System.nanoTime() + FOREVER;
  private volatile boolean closed;

  DeadlineWatch(String engineName) {
    thread = new Thread(this::run, "mooncake-deadlines-" + engineName);
    thread.setDaemon(true);
    thread.start();
  }

  /** Watches a batch from now on until it is found to be final. */
  void watch(TransferBatch batch, long deadlineNanos) {
    if (batch.startWatching()) {
      batches.add(batch);
    }
    if (deadlineNanos - wakeNanos < 0) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!closed) {
      long now = System.nanoTime();
      // Whoever submits during the scan compares with this and wakes the thread again.
      wakeNanos = now + FOREVER;
      long sleep = scan(now);
      wakeNanos = now + sleep;
      LockSupport.parkNanos(this, sleep);
    }
  }

  private long scan(long now) {
    long earliest = FOREVER;
    for (Iterator<TransferBatch> it = batches.iterator(); it.hasNext(); ) {
      TransferBatch batch = it.next();
      long left = batch.expire(now);
      if (left == Long.MAX_VALUE) {
        drop(it, batch);
      } else {
        earliest = Math.min(earliest, left);
      }
    }
    return Math.max(earliest, TimeUnit.MILLISECONDS.toNanos(1));
  }

  private void drop(Iterator<TransferBatch> it, TransferBatch batch) {
    it.remove();
    // A submission may have come in between, and has seen that the batch is watched.
    if (!batch.stopWatching() && batch.startWatching()) {
      batches.add(batch);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
