package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.Transport.Progress;
import io.mooncake4j.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that help a transport all the time, as those do that wait for a batch. */
final class Guests implements AutoCloseable {
  private final Transport transport;
  private final Peer peer;
  private final boolean interrupted;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicLong moves = new AtomicLong();
  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();
  private volatile boolean over;

  /**
   * Begins.
   *
   * @param interrupted whether each is interrupted whenever it calls
   */
  Guests(int count, Transport transport, Peer peer, boolean interrupted) {
    this.transport = transport;
    this.peer = peer;
    this.interrupted = interrupted;
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(this::help, "guest-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  // So that there is a processor for those who are helped.
  @SuppressWarnings("ThreadPriorityCheck")
  private void help() {
    try {
      while (!over) {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        Progress progress = transport.progress(peer);
        if (interrupted && !Thread.interrupted()) {
          throw new AssertionError("the interrupt got lost");
        }
        calls.incrementAndGet();
        if (progress == Progress.MOVED) {
          moves.incrementAndGet();
        } else if (progress == Progress.SOON) {
          looks.incrementAndGet();
        }
        Thread.yield();
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  /** How often something was done. */
  long moves() {
    return moves.get();
  }

  /** How often there was nothing to do, but would be soon. */
  long looks() {
    return looks.get();
  }

  /** Waits until each call that was under way has returned. */
  void awaitMoreCalls() {
    long before = calls.get();
    Await.until(
        () -> calls.get() > before + 2L * threads.size() || failure.get() != null,
        "guests come back");
  }

  @Override
  public void close() {
    over = true;
    for (Thread thread : threads) {
      try {
        thread.join(Await.LIMIT.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (thread.isAlive()) {
        throw new AssertionError(thread.getName() + " does not come back");
      }
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("a guest failed", thrown);
    }
  }
}
