package io.mooncake4j.core.engine;

import io.mooncake4j.spi.BusyPoll;
import io.mooncake4j.spi.Transport.Progress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Counts what of a batch is under way, and lets threads wait for nothing to be.
 *
 * <p>An end that nobody waits for is a change of the count and no more. Once somebody has asked to
 * be told ({@link #demand}), the last one out has to {@link #end} instead, under the monitor of
 * this object, which also guards whatever is to be done then.
 */
final class UnderWay {
  /** Set in the count while somebody is to be told of the end. */
  private static final int DEMANDED = 1 << 30;

  private final AtomicInteger count = new AtomicInteger();
  private final BusyPoll poll;
  private final Supplier<Progress> progress;
  private final BooleanSupplier over = this::helpIsOver;

  /** Whether any of those who wait has got on since one of them began to look. */
  private volatile boolean helped;

  /**
   * Begins with nothing.
   *
   * @param progress lets a thread that waits get on with what is under way
   */
  UnderWay(BusyPoll poll, Supplier<Progress> progress) {
    this.poll = poll;
    this.progress = progress;
  }

  boolean isNothing() {
    return count.get() == 0;
  }

  /** Adds to the count; true when it was zero. */
  boolean add(int more) {
    return count.getAndAdd(more) == 0;
  }

  /** Adds one, unless the count is zero: then false. */
  boolean pin() {
    for (int now = count.get(); now > 0; now = count.get()) {
      if (count.compareAndSet(now, now + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Takes one out that is not the last; false when it is the last. */
  boolean removeInner() {
    for (int now = count.get(); now != 1 && now != (DEMANDED | 1); now = count.get()) {
      if (count.compareAndSet(now, now - 1)) {
        return true;
      }
    }
    return false;
  }

  /** Takes several out, of which none is the last. */
  void removeInner(int several) {
    if (several > 0) {
      count.addAndGet(-several);
    }
  }

  /** Takes the last one out; false when it is not the last any more, or somebody is to be told. */
  boolean removeLast() {
    return count.compareAndSet(1, 0);
  }

  /** Whether the last one out has to {@link #end}. */
  boolean isDemanded() {
    return count.get() >= DEMANDED;
  }

  /** Asks that the end be told; false when the count is zero. Under the monitor. */
  boolean demand() {
    for (int now = count.get(); now > 0; now = count.get()) {
      if (now >= DEMANDED || count.compareAndSet(now, now | DEMANDED)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes the last one out and wakes who waits; false when it is not the last. Under the monitor.
   */
  boolean end() {
    if (!count.compareAndSet(DEMANDED | 1, 0)) {
      return false;
    }
    notifyAll();
    return true;
  }

  /** Waits until the count is zero; false when that takes too long. */
  boolean await(long nanos) throws InterruptedException {
    if (isNothing() || nanos <= 0) {
      return isNothing();
    }
    long deadline = System.nanoTime() + nanos;
    long begin = look(deadline);
    try {
      return isNothing() || sleep(deadline);
    } finally {
      poll.waited(begin);
    }
  }

  /** Looks, and helps, for as long as that gets on and there is time. */
  private long look(long deadline) {
    if (poll.isCrowded()) {
      // Who helps must go on looking, or those whose work it is stand back for nothing.
      return System.nanoTime();
    }
    boolean soon = progress.get() != Progress.NOT_SOON;
    long begin;
    do {
      helped = false;
      begin = poll.look(over, soon);
    } while (helped && !isNothing() && isTimeLeft(deadline));
    return begin;
  }

  private static boolean isTimeLeft(long deadline) {
    return System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted();
  }

  private boolean helpIsOver() {
    if (isNothing()) {
      return true;
    }
    if (progress.get() == Progress.MOVED) {
      helped = true;
    }
    return isNothing();
  }

  private synchronized boolean sleep(long deadline) throws InterruptedException {
    while (demand()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }
}
