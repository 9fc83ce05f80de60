package io.mooncake4j.plugins.tcp;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The threads that may be inside a connection: its own two, one that has the connection lent to it
 * to send, and those that wait and look for answers. The last one out clears up.
 */
final class Crew {
  private final Thread sender;
  private final Thread receiver;
  private final Runnable clearUp;
  private final CountDownLatch cleared = new CountDownLatch(1);

  /** The sender counts from the beginning. */
  private final AtomicInteger inside = new AtomicInteger(1);

  /** A thread that is inside and belongs to somebody else, or null. */
  private volatile Thread guest;

  Crew(String name, Runnable send, Runnable receive, Runnable clearUp) {
    this.clearUp = clearUp;
    sender = daemon("mooncake-tcp-send-" + name, send);
    receiver = daemon("mooncake-tcp-receive-" + name, receive);
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  Thread sender() {
    return sender;
  }

  void startReceiver() {
    inside.incrementAndGet();
    try {
      receiver.start();
    } catch (Error e) {
      inside.decrementAndGet();
      throw e;
    }
  }

  /** The calling thread comes in; only while the sender is inside, and nobody else's thread. */
  void enterAsGuest() {
    guest = Thread.currentThread();
    inside.incrementAndGet();
  }

  /** The calling thread comes in for a moment; false when all have left. */
  boolean enterShortly() {
    for (int count = inside.get(); count > 0; count = inside.get()) {
      if (inside.compareAndSet(count, count + 1)) {
        return true;
      }
    }
    return false;
  }

  /** The guest has done its work; it still has to {@link #leave}. */
  void dismissGuest() {
    guest = null;
  }

  /**
   * The calling thread goes.
   *
   * @return false when it was the last one, and has cleared up
   */
  boolean leave() {
    if (inside.decrementAndGet() > 0) {
      return true;
    }
    // Clearing up completes slices, and who is told of that may close the engine.
    guest = Thread.currentThread();
    clearUp.run();
    cleared.countDown();
    return false;
  }

  /**
   * Waits until all is cleared up, but not for what waits for the calling thread.
   *
   * @return false when that has not happened in time
   */
  boolean awaitEnd(long deadlineNanos, LongSupplier clock) {
    Thread caller = Thread.currentThread();
    boolean isGuest = caller == guest;
    if (caller != sender && !isGuest) {
      Threads.join(sender, deadlineNanos - clock.getAsLong());
    }
    if (caller != receiver) {
      Threads.join(receiver, deadlineNanos - clock.getAsLong());
    }
    if (isGuest || caller == sender || caller == receiver) {
      return true;
    }
    return Threads.await(cleared, deadlineNanos - clock.getAsLong());
  }
}
