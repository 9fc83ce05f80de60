package io.mooncake4j.plugins.shm;

import io.mooncake4j.spi.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that copy what submitting threads leave, and the bounded queue before them.
 *
 * <p>Safe from any thread. Threads start when there is work for them, sleep when there is none, and
 * end with {@link #close}. No slice is completed under the queue's lock.
 */
final class CopyThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CopyThreads.class);
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String name;
  private final int limit;
  private final int bound;
  private final long spinNanos;
  private final Consumer<Slice[]> work;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final ArrayDeque<Slice> queue = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private int sleeping;
  private volatile int size;
  private volatile boolean closed;

  /**
   * Makes the queue; threads come later.
   *
   * @param work carries out the slice in an array of one; must complete it and must not throw
   */
  CopyThreads(String name, int limit, int bound, long spinNanos, Consumer<Slice[]> work) {
    this.name = name;
    this.limit = limit;
    this.bound = bound;
    this.spinNanos = spinNanos;
    this.work = work;
  }

  /**
   * Queues slices from the last one towards the first.
   *
   * @return how many from the front were not taken: for want of room, or of any thread
   */
  int add(Slice[] slices, int from, int to) {
    lock.lock();
    try {
      int room = closed ? 0 : bound - queue.size();
      int begin = Math.max(from, to - room);
      wake(to - begin);
      if (threads.isEmpty()) {
        return to - from;
      }
      for (int i = begin; i < to; i++) {
        queue.add(slices[i]);
      }
      size = queue.size();
      return begin - from;
    } finally {
      lock.unlock();
    }
  }

  private void wake(int added) {
    int wanted = added;
    if (sleeping > 0) {
      for (int i = Math.min(sleeping, wanted); i > 0; i--) {
        filled.signal();
        wanted--;
      }
    }
    for (; wanted > 0 && threads.size() < limit; wanted--) {
      Thread thread = new Thread(this::run, name + "-" + (threads.size() + 1));
      thread.setDaemon(true);
      try {
        thread.start();
      } catch (OutOfMemoryError e) {
        LOG.warn("no further thread that copies can be started: {}", e.getMessage());
        return;
      }
      threads.add(thread);
    }
  }

  private void run() {
    Slice[] one = new Slice[1];
    for (one[0] = next(); one[0] != null; one[0] = next()) {
      try {
        work.accept(one);
      } catch (RuntimeException | Error e) {
        LOG.error("a slice was given up because of a defect; the thread goes on", e);
      }
      // A thread that sleeps keeps nothing alive.
      one[0] = null;
    }
  }

  private Slice next() {
    if (spinNanos > 0 && size == 0) {
      spin();
    }
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        sleeping++;
        try {
          filled.awaitUninterruptibly();
        } finally {
          sleeping--;
        }
      }
      Slice slice = queue.poll();
      size = queue.size();
      return slice;
    } finally {
      lock.unlock();
    }
  }

  private void spin() {
    long begin = System.nanoTime();
    while (size == 0 && !closed && System.nanoTime() - begin < spinNanos) {
      Thread.onSpinWait();
    }
  }

  /** Takes a slice back that no thread has begun; false when one has, or it is not here. */
  boolean remove(Slice slice) {
    lock.lock();
    try {
      boolean removed = queue.removeFirstOccurrence(slice);
      size = queue.size();
      return removed;
    } finally {
      lock.unlock();
    }
  }

  /** Takes slices back that no thread has begun. */
  List<Slice> removeIf(Predicate<Slice> unwanted) {
    List<Slice> removed = new ArrayList<>();
    lock.lock();
    try {
      for (Iterator<Slice> each = queue.iterator(); each.hasNext(); ) {
        Slice slice = each.next();
        if (unwanted.test(slice)) {
          each.remove();
          removed.add(slice);
        }
      }
      size = queue.size();
    } finally {
      lock.unlock();
    }
    return removed;
  }

  /** How many slices wait. */
  int queued() {
    return size;
  }

  /** Lets the threads end, which first copy what is queued, and waits for them. */
  @Override
  public void close() {
    List<Thread> ending;
    lock.lock();
    try {
      closed = true;
      ending = List.copyOf(threads);
      filled.signalAll();
    } finally {
      lock.unlock();
    }
    long deadline = System.nanoTime() + JOIN_NANOS;
    for (Thread thread : ending) {
      join(thread, deadline - System.nanoTime());
    }
  }

  private static void join(Thread thread, long nanos) {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
