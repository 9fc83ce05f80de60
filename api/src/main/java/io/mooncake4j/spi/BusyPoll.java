package io.mooncake4j.spi;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Looks for what a thread waits for, for a while before the thread sleeps, because waking it takes
 * longer than many answers do: some 5 µs, and 30 µs on a virtual machine whose processor sleeps
 * too.
 *
 * <p>It looks only as long as waits are short. After one that took longer than the limit, the next
 * ones sleep at once, until one of them turns out short again, so what is idle costs nothing.
 * Between two looks the processor is any other thread's that wants it. No more than about two
 * threads for each processor look at the same time, in the whole process, and for a while none at
 * all where many threads want the processors ({@link Crowding}).
 *
 * <p>One for each thing that is waited for. {@link #look} and {@link #waited} may be called by
 * several threads, which then share what they have learned about it.
 *
 * <pre>{@code
 * long begin = poll.look(ready);
 * sleepUntilReady(); // returns at once if it is
 * poll.waited(begin);
 * }</pre>
 */
public final class BusyPoll {
  /** What {@link #look} returns when nothing had to be waited for. */
  private static final long AT_ONCE = 0;

  /** Most threads of the process that look: more would only take the processors from others. */
  private static final int MOST_LOOKING = 2 * Runtime.getRuntime().availableProcessors();

  private static final AtomicInteger LOOKING = new AtomicInteger();
  private static final Crowding CROWDING =
      new Crowding(Crowding.LONG_YIELD_NANOS, System.nanoTime());

  private final long limitNanos;
  private final Crowding crowding;
  private volatile boolean shortOfLate;

  /**
   * Makes one that sleeps at once in its first wait.
   *
   * @param limitNanos how long to look, see {@link NetworkOptions#BUSY_POLL}; 0 never looks
   */
  public BusyPoll(long limitNanos) {
    this(limitNanos, CROWDING);
  }

  BusyPoll(long limitNanos, Crowding crowding) {
    this.limitNanos = limitNanos;
    this.crowding = crowding;
  }

  /**
   * Begins to wait: returns when it is time to sleep, or to find that there is no need to.
   *
   * @param ready whether what is waited for is there; called any number of times
   * @return to be given to {@link #waited}
   */
  public long look(BooleanSupplier ready) {
    return look(ready, false);
  }

  /**
   * Begins to wait as {@link #look(BooleanSupplier)} does.
   *
   * @param ready whether what is waited for is there; called any number of times
   * @param soon whether it is known that it will be there soon, so that it is looked for anyway
   * @return to be given to {@link #waited}
   */
  public long look(BooleanSupplier ready, boolean soon) {
    if (limitNanos == 0 || ready.getAsBoolean()) {
      return AT_ONCE;
    }
    long begin = System.nanoTime();
    if (!(soon || shortOfLate) || LOOKING.get() >= MOST_LOOKING || crowding.isRestingAt(begin)) {
      return begin;
    }
    LOOKING.incrementAndGet();
    try {
      return isThereUntil(begin, ready) ? AT_ONCE : begin;
    } finally {
      LOOKING.decrementAndGet();
    }
  }

  // Only who has nothing to do calls yield, and nothing depends on what it does.
  @SuppressWarnings("ThreadPriorityCheck")
  private boolean isThereUntil(long begin, BooleanSupplier ready) {
    long now = begin;
    while (now - begin < limitNanos && !crowding.isRestingAt(now)) {
      Thread.yield();
      crowding.yielded(now, System.nanoTime());
      if (ready.getAsBoolean()) {
        return true;
      }
      now = System.nanoTime();
    }
    return false;
  }

  /**
   * Says whether nobody looks just now because many threads want the processors.
   *
   * @return whether the next look is over at once, whatever has been learned about waits
   */
  public boolean isCrowded() {
    return crowding.isRestingAt(System.nanoTime());
  }

  /**
   * Says whether waits are short just now.
   *
   * @return whether the next look will be worthwhile, unless it {@link #isCrowded}
   */
  public boolean isHopeful() {
    return shortOfLate;
  }

  /**
   * Ends to wait.
   *
   * @param begin what {@link #look} has returned
   */
  public void waited(long begin) {
    if (begin != AT_ONCE) {
      boolean wasShort = System.nanoTime() - begin < limitNanos;
      if (shortOfLate != wasShort) {
        shortOfLate = wasShort;
      }
    }
  }
}
