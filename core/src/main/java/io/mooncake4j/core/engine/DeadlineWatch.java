package io.mooncake4j.core.engine;

import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that ends what is under way when its deadline has passed. It sleeps until the earliest
 * deadline it knows; batches whose deadlines are later than that cost a submission nothing.
 */
final class DeadlineWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatch.class);
  private static final long FOREVER = TimeUnit.HOURS.toNanos(1);
  private static final long AFTER_DEFECT = TimeUnit.MILLISECONDS.toNanos(100);

  /** So many new batches are worth a scan that drops the final ones. */
  private static final int CROWD = 1024;

  private final Queue<TransferBatch> batches = new ConcurrentLinkedQueue<>();
  private final AtomicInteger news = new AtomicInteger();
  private final Thread thread;
  private volatile int crowd = CROWD;
  private volatile long wakeNanos = System.nanoTime() + FOREVER;
  private volatile boolean closed;

  DeadlineWatch(String engineName) {
    thread = new Thread(this::run, "mooncake-deadlines-" + engineName);
    thread.setDaemon(true);
    thread.setContextClassLoader(DeadlineWatch.class.getClassLoader());
    thread.start();
  }

  /** Watches a batch from now on until it is found to be final. */
  void watch(TransferBatch batch, long deadlineNanos) {
    boolean crowded = false;
    if (batch.startWatching()) {
      batches.add(batch);
      crowded = news.incrementAndGet() >= crowd;
    }
    if (crowded || deadlineNanos - wakeNanos < 0) {
      LockSupport.unpark(thread);
    }
  }

  /** How many batches it looks after, some of which may be final since the last look. */
  int watched() {
    return batches.size();
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
    int left = 0;
    news.set(0);
    for (Iterator<TransferBatch> it = batches.iterator(); it.hasNext(); ) {
      TransferBatch batch = it.next();
      long wait = expire(batch, now);
      if (wait == Long.MAX_VALUE) {
        drop(it, batch);
      } else {
        earliest = Math.min(earliest, wait);
        left++;
      }
    }
    // Scans cost no more than what has been added since the last one.
    crowd = Math.max(CROWD, left);
    return Math.max(earliest, TimeUnit.MILLISECONDS.toNanos(1));
  }

  private static long expire(TransferBatch batch, long now) {
    try {
      return batch.expire(now);
    } catch (RuntimeException | Error e) {
      // Nothing may end this thread: every deadline of the engine hangs on it.
      LOG.error("a batch could not be looked after", e);
      return AFTER_DEFECT;
    }
  }

  private void drop(Iterator<TransferBatch> it, TransferBatch batch) {
    it.remove();
    // A submission may have come in between, and has seen that the batch is watched.
    if (!batch.stopWatching() && batch.startWatching()) {
      batches.add(batch);
    }
  }

  /** Ends what even the closed transports have left in flight. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    batches.forEach(TransferBatch::abandon);
  }
}
