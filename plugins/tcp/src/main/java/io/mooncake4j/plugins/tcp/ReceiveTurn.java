package io.mooncake4j.plugins.tcp;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Whose turn it is to receive on a connection: its own thread's, or that of a guest, a thread that
 * waits for an answer and would have to be woken. As long as guests keep coming the owner stands
 * back, and looks now and then whether they still do.
 */
final class ReceiveTurn {
  /** So many times as long as after a guest the owner stands back after bytes have come. */
  private static final int STILL = 10;

  private final long guestNanos;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile long guestAt;
  private volatile long movedAt;
  private volatile Thread guest;

  /**
   * Begins with the owner.
   *
   * @param guestNanos how long the owner stands back after a guest has come
   */
  ReceiveTurn(long guestNanos) {
    this.guestNanos = guestNanos;
    this.guestAt = System.nanoTime() - guestNanos;
    this.movedAt = System.nanoTime() - STILL * guestNanos;
  }

  /**
   * Waits for the turn; only the owner.
   *
   * @param over ends the wait
   * @return false when it is over
   */
  // Who has the turn needs it for one system call at most.
  @SuppressWarnings("ThreadPriorityCheck")
  boolean take(BooleanSupplier over) {
    while (isWantedByGuests() && !over.getAsBoolean()) {
      LockSupport.parkNanos(this, guestNanos);
    }
    while (!taken.compareAndSet(false, true)) {
      if (over.getAsBoolean()) {
        return false;
      }
      Thread.yield();
    }
    return true;
  }

  /** Says that a guest has come, and takes the turn if nobody has it. */
  boolean tryTakeAsGuest() {
    guestAt = System.nanoTime();
    if (taken.get() || !taken.compareAndSet(false, true)) {
      return false;
    }
    guest = Thread.currentThread();
    return true;
  }

  /** Whether the calling thread has the turn as a guest. */
  boolean isMine() {
    return guest == Thread.currentThread();
  }

  /** Notes that bytes have come, whoever received them. */
  void moved() {
    movedAt = System.nanoTime();
  }

  /** Lets nobody have the turn any more, the guest that has it included. */
  void forgetGuest() {
    guest = null;
  }

  /** Ends the turn; by who has it, unless nobody may have it any more. */
  void give() {
    forgetGuest();
    taken.set(false);
  }

  /**
   * Whether a guest has come of late, and somebody has received. Guests do not see the end of a
   * connection, nor what comes while a request is being sent.
   */
  boolean isWantedByGuests() {
    long now = System.nanoTime();
    return now - guestAt < guestNanos && now - movedAt < STILL * guestNanos;
  }
}
