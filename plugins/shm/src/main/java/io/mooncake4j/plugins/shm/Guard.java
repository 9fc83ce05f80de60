package io.mooncake4j.plugins.shm;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps something from being unmapped while threads use it.
 *
 * <p>Safe from any thread. What is guarded is freed once: by {@link #close}, or by the last user
 * that leaves after it.
 */
abstract class Guard implements AutoCloseable {
  private static final int CLOSED = 1 << 30;

  private final AtomicInteger users = new AtomicInteger();

  /** Begins a use; false when it is closed. */
  final boolean enter() {
    int count = users.incrementAndGet();
    if (count > 0 && count < CLOSED) {
      return true;
    }
    exit();
    return false;
  }

  /** Ends a use. */
  final void exit() {
    if (users.decrementAndGet() == CLOSED && users.compareAndSet(CLOSED, Integer.MIN_VALUE)) {
      free();
    }
  }

  /** Lets nobody begin a use, and frees it when nobody uses it. Closing twice does nothing. */
  @Override
  public final void close() {
    int before = users.getAndUpdate(count -> count < 0 || count >= CLOSED ? count : count + CLOSED);
    if (before == 0 && users.compareAndSet(CLOSED, Integer.MIN_VALUE)) {
      free();
    }
  }

  final boolean isClosed() {
    int count = users.get();
    return count < 0 || count >= CLOSED;
  }

  /** Frees what is guarded; called once. */
  abstract void free();
}
