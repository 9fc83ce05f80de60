package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Notifications that have arrived and wait to be taken; beyond its capacity, new ones are refused.
 */
final class NotificationQueue {
  private final BlockingQueue<Notification> queue;

  NotificationQueue(int capacity) {
    queue = new LinkedBlockingQueue<>(capacity);
  }

  boolean offer(Notification notification) {
    return queue.offer(notification);
  }

  List<Notification> drain() {
    List<Notification> all = new ArrayList<>();
    queue.drainTo(all);
    return all;
  }

  Notification poll(Duration timeout) {
    try {
      return queue.poll(Nanos.of(timeout), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(
          ErrorCode.CANCELED, "interrupted while waiting for a notification", e);
    }
  }
}
