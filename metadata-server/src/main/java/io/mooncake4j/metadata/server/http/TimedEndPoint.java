package io.mooncake4j.metadata.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection whose requests have a deadline, counted from their first byte. An idle timeout alone
 * lets a client hold a connection for ever by sending one byte now and then.
 */
final class TimedEndPoint extends SocketChannelEndPoint {
  /** Time for an answer that says that the request was late. */
  private static final long LAST_WORDS_MILLIS = 500;

  private final Scheduler timer;
  private final long requestMillis;
  private final AtomicReference<Scheduler.Task> deadline = new AtomicReference<>();

  TimedEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler timer,
      long requestMillis) {
    super(channel, selector, key, timer);
    this.timer = timer;
    this.requestMillis = requestMillis;
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    int bytes = super.fill(buffer);
    if (bytes > 0 && deadline.get() == null) {
      Scheduler.Task task = timer.schedule(this::warn, requestMillis, TimeUnit.MILLISECONDS);
      if (!deadline.compareAndSet(null, task)) {
        task.cancel();
      }
    }
    return bytes;
  }

  /** Told when a request has been answered; the next byte begins another one. */
  void answered() {
    Scheduler.Task task = deadline.getAndSet(null);
    if (task != null) {
      task.cancel();
    }
  }

  private void warn() {
    Scheduler.Task last = timer.schedule(this::close, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    Scheduler.Task expired = deadline.getAndSet(last);
    if (expired == null) {
      // Answered in this very moment.
      answered();
      return;
    }
    onIdleExpired(new TimeoutException("not complete after " + requestMillis + " ms"));
  }

  @Override
  public void onClose(Throwable cause) {
    answered();
    super.onClose(cause);
  }
}
