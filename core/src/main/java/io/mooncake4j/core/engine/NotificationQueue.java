package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Notifications that have arrived and wait to be taken; beyond its capacity, new ones are refused.
 * Closing it wakes whoever waits; what has arrived can still be taken.
 */
final class NotificationQueue implements AutoCloseable {
  private final int capacity;
  private final Queue<Notification> queue = new ArrayDeque<>(); // Guarded by this.
  private boolean closed; // Guarded by this.
  private long received; // Guarded by this.
  private long dropped; // Guarded by this.

  NotificationQueue(int capacity) {
    this.capacity = capacity;
  }

  synchronized boolean offer(Notification notification) {
    if (closed || queue.size() >= capacity) {
      dropped++;
      return false;
    }
    received++;
    notifyAll();
    return queue.add(notification);
  }

  /** How many wait to be taken. */
  synchronized int waiting() {
    return queue.size();
  }

  /** How many have arrived so far and were kept. */
  synchronized long received() {
    return received;
  }

  /** How many were refused because nobody took those before them. */
  synchronized long dropped() {
    return dropped;
  }

  synchronized List<Notification> drain() {
    List<Notification> all = new ArrayList<>(queue);
    queue.clear();
    return all;
  }

  synchronized Notification poll(Duration timeout) {
    long end = System.nanoTime() + Nanos.of(timeout);
    try {
      while (queue.isEmpty()) {
        if (closed) {
          throw new MooncakeException(
              ErrorCode.CLOSED, "no notification will arrive: the engine is closed");
        }
        long left = end - System.nanoTime();
        if (left <= 0) {
          return null;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return queue.remove();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(
          ErrorCode.CANCELED, "interrupted while waiting for a notification", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
