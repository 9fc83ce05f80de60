package io.mooncake4j.core.local;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Slice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies that the submitting threads leave to others, and the threads that make them: in order,
 * piece by piece, several threads at the same copy. Allocates nothing in steady state. Safe from
 * any thread; slices are completed without the lock.
 */
final class CopyQueue {
  private static final Logger LOG = LoggerFactory.getLogger(CopyQueue.class);
  private static final int MOST_SPARES = 1024;
  private static final long LOOK_MILLIS = 10;
  private static final long STOP_MILLIS = 10_000;

  private final String threadNames;
  private final Thread[] threads;
  private final long parallelBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition ended = lock.newCondition();

  // Guarded by the lock.
  private final ArrayDeque<Copy> waiting = new ArrayDeque<>();
  private final List<Copy> live = new ArrayList<>();
  private final ArrayDeque<Copy> spare = new ArrayDeque<>();
  private boolean started;
  private boolean closed;

  CopyQueue(String owner, int threads, long parallelBytes) {
    this.threadNames = "mooncake-local-" + owner + "-";
    this.threads = new Thread[threads];
    this.parallelBytes = parallelBytes;
  }

  /** Makes a copy later; false when the queue is closed. The target is held by the copy. */
  boolean add(Slice slice, LocalRegion target) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      start();
      Copy copy = spare.isEmpty() ? new Copy() : spare.poll();
      copy.prepare(slice, target, parallelBytes);
      live.add(copy);
      waiting.add(copy);
      if (copy.pieces == 1) {
        work.signal();
      } else {
        work.signalAll();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void start() {
    if (started) {
      return;
    }
    started = true;
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(this::serve, threadNames + i);
      threads[i].setDaemon(true);
      threads[i].setContextClassLoader(CopyQueue.class.getClassLoader());
      threads[i].start();
    }
  }

  private void serve() {
    while (true) {
      Copy copy;
      int piece;
      lock.lock();
      try {
        while (waiting.isEmpty() && !closed) {
          work.awaitUninterruptibly();
        }
        copy = waiting.peek();
        if (copy == null) {
          return;
        }
        piece = copy.begun++;
        if (copy.begun == copy.pieces) {
          waiting.poll();
        }
      } finally {
        lock.unlock();
      }
      run(copy, piece);
    }
  }

  private void run(Copy copy, int piece) {
    Throwable defect = null;
    try {
      copy.run(piece);
    } catch (RuntimeException | Error e) {
      LOG.error("a copy within the engine failed", e);
      defect = e;
    }
    boolean last;
    lock.lock();
    try {
      copy.done++;
      if (defect != null) {
        stop(copy, ErrorCode.INTERNAL, "it cannot be copied: " + defect);
      }
      last = isLast(copy);
    } finally {
      lock.unlock();
    }
    if (last) {
      complete(copy);
    }
  }

  /** Lets nobody begin another piece. */
  private void stop(Copy copy, ErrorCode reason, String detail) {
    if (copy.stopped == null) {
      copy.detail = detail;
      copy.stopped = reason;
    }
    if (copy.begun < copy.pieces) {
      waiting.remove(copy);
      copy.pieces = copy.begun;
    }
  }

  /** Whether the copy is over, in which case the caller, and nobody else, has to complete it. */
  private boolean isLast(Copy copy) {
    if (copy.done < copy.pieces) {
      return false;
    }
    live.remove(copy);
    copy.target.release();
    ended.signalAll();
    return true;
  }

  private void complete(Copy copy) {
    copy.complete();
    copy.clear();
    lock.lock();
    try {
      if (spare.size() < MOST_SPARES) {
        spare.push(copy);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops a slice: with a time-out in any case, otherwise only if nothing of it was copied. */
  void cancel(Slice slice, ErrorCode reason) {
    Copy found = null;
    lock.lock();
    try {
      for (Copy copy : live) {
        if (copy.slice == slice) {
          found = copy;
          break;
        }
      }
      if (found == null || (found.begun > 0 && reason != ErrorCode.TIMEOUT)) {
        return;
      }
      stop(found, reason, "the copy was stopped: " + reason);
      if (!isLast(found)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    complete(found);
  }

  /** Waits until no copy touches one of the regions on the far side; false at the deadline. */
  boolean awaitNone(List<LocalRegion> targets, long nanos) {
    long deadline = System.nanoTime() + nanos;
    boolean interrupted = false;
    lock.lock();
    try {
      while (live.stream().anyMatch(copy -> targets.contains(copy.target))) {
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        try {
          var unused = ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return true;
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Fails what is not through, and ends the threads. */
  void close() {
    List<Copy> unbegun = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      for (Copy copy : List.copyOf(live)) {
        stop(copy, ErrorCode.CLOSED, "the engine was closed meanwhile");
        if (isLast(copy)) {
          unbegun.add(copy);
        }
      }
      work.signalAll();
    } finally {
      lock.unlock();
    }
    unbegun.forEach(this::complete);
    join();
  }

  private void join() {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
    for (Thread thread : threads) {
      // A user's code that runs on one of them may close the engine.
      while (thread != null && thread != Thread.currentThread() && thread.isAlive()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          LOG.error("{} does not end", thread.getName());
          break;
        }
        try {
          thread.join(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
