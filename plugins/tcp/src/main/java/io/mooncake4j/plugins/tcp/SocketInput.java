package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.BusyPoll;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;

/**
 * What a socket receives. A thread that reads can look for bytes for a while before it sleeps
 * ({@link BusyPoll}). For one thread at a time.
 */
final class SocketInput {
  private final SocketChannel channel;
  private final InputStream state;
  private final BusyPoll poll;
  private final BooleanSupplier due;
  private final BooleanSupplier interruption;
  private final BooleanSupplier lookedEnough = this::hasLookedEnough;

  /**
   * Begins on a connected channel.
   *
   * @param pollNanos how long to look for bytes
   * @param due whether bytes are to be expected; the socket is not looked at while they are not
   * @param interruption ends a look
   */
  SocketInput(
      SocketChannel channel, long pollNanos, BooleanSupplier due, BooleanSupplier interruption)
      throws IOException {
    this.channel = channel;
    // Bytes are never read from it: it tells how many there are without waiting for the first.
    this.state = channel.socket().getInputStream();
    this.poll = new BusyPoll(pollNanos);
    this.due = due;
    this.interruption = interruption;
  }

  /**
   * Looks for bytes until it is time to sleep.
   *
   * @return to be given to {@link #waited}
   */
  long look() {
    return poll.look(lookedEnough);
  }

  /** The read that follows {@link #look} has returned. */
  void waited(long begin) {
    poll.waited(begin);
  }

  /** Reads what is there. A blocking channel waits for a byte. Negative at the end. */
  int read(ByteBuffer to) throws IOException {
    return channel.read(to);
  }

  /** Reads what is there to the first of several buffers, as {@link #read(ByteBuffer)} does. */
  long read(ByteBuffer[] to, int count) throws IOException {
    return channel.read(to, 0, count);
  }

  /** Whether bytes have come soon of late. */
  boolean isHopeful() {
    return poll.isHopeful();
  }

  private boolean hasLookedEnough() {
    return interruption.getAsBoolean() || isReady();
  }

  /** Whether a read would not wait. */
  boolean isReady() {
    try {
      return due.getAsBoolean() && state.available() > 0;
    } catch (IOException e) {
      // Reading will say so too.
      return true;
    }
  }
}
