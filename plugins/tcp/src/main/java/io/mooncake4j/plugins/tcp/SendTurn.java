package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.BusyPoll;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Whose turn it is to send on a connection: its own thread's, which sleeps when there is nothing to
 * do, or that of a thread which submits or waits for an answer and finds the owner asleep.
 *
 * <p>All under the link's lock, except where said.
 */
final class SendTurn {
  private final Thread owner;
  private final BusyPoll poll;
  private final BooleanSupplier its = this::isMine;

  /** The owner is about to look for slices: it has not done so since it began or was woken. */
  private volatile boolean awake = true;

  private volatile boolean lent;
  private volatile boolean starving;
  private boolean idle;

  /** The owner sleeps, and nobody has it lent. */
  private boolean parked;

  SendTurn(Thread owner, long pollNanos) {
    this.owner = owner;
    this.poll = new BusyPoll(pollNanos);
  }

  /**
   * Notes that the owner finds nothing to do.
   *
   * @param nothingQueued whether no slice waits
   * @param room whether the first that waits could be placed, and the connection takes slices
   */
  void park(boolean nothingQueued, boolean room) {
    idle = nothingQueued;
    parked = true;
    awake = false;
    starving &= !nothingQueued;
    // Whoever makes room between the owner's look and this line saw "starving" and wakes it later.
    if (starving && room) {
      wake();
    }
  }

  /** Waits for {@link #wake}, and for the turn; only the owner, without the lock. */
  void await() {
    long begin = poll.look(its);
    while (!isMine()) {
      LockSupport.park(this);
    }
    poll.waited(begin);
  }

  private boolean isMine() {
    return awake && !lent;
  }

  /** Makes the owner look again. */
  void wake() {
    idle = false;
    parked = false;
    awake = true;
    if (!lent) {
      LockSupport.unpark(owner);
    }
  }

  /** Lets another thread send; only while the owner {@link #isParked}. */
  void lend() {
    idle = false;
    parked = false;
    lent = true;
  }

  /**
   * Ends {@link #lend}.
   *
   * @param nothingQueued whether no slice waits
   * @param room whether the first that waits could be placed, asked after {@link #starve}
   */
  void giveBack(boolean nothingQueued, boolean room) {
    lent = false;
    if (awake || room) {
      wake();
    } else {
      parked = true;
      idle = nothingQueued;
      starving = !nothingQueued;
    }
  }

  /** Notes that the owner has taken slices and may be busy with them. */
  void busy() {
    starving = false;
    awake = false;
  }

  /** Notes that the owner wants room. */
  void starve() {
    starving = true;
  }

  /** Notes that nothing waits any more, for an owner that sleeps until there is room for it. */
  void rest() {
    if (parked) {
      idle = true;
      starving = false;
    }
  }

  /** Whether the owner waits for room; by any thread, without the lock. */
  boolean isStarving() {
    return starving;
  }

  /** Whether the owner is about to look for slices, or will be sent to if there are any. */
  boolean isComing() {
    return awake || lent;
  }

  /** Whether the owner sleeps and nobody else sends, so that the connection can be lent. */
  boolean isParked() {
    return parked;
  }

  /** Whether the connection is lent. */
  boolean isLent() {
    return lent;
  }

  /** Whether nobody sends and nothing waits. */
  boolean isIdle() {
    return idle;
  }
}
