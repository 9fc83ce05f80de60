package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.BusyPoll;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;

/**
 * What an initiator's blocking socket receives. A thread that reads looks for bytes for a while
 * before it sleeps in the system call ({@link BusyPoll}). For one thread.
 *
 * <p>Servers read without looking: what they wait for is the next request, of which nobody knows
 * when it comes, and C++ initiators were found to be up to 40 % slower beside servers that look.
 */
final class SocketInput {
  private final SocketChannel channel;
  private final InputStream state;
  private final BusyPoll poll;
  private final BooleanSupplier due;
  private final BooleanSupplier ready = this::isReady;

  /**
   * Begins on a connected channel.
   *
   * @param pollNanos how long to look for bytes
   * @param due whether bytes are to be expected; the socket is not looked at while they are not
   */
  SocketInput(SocketChannel channel, long pollNanos, BooleanSupplier due) throws IOException {
    this.channel = channel;
    // Bytes are never read from it: it tells how many there are without waiting for the first.
    this.state = channel.socket().getInputStream();
    this.poll = new BusyPoll(pollNanos);
    this.due = due;
  }

  /** Reads what is there, at least a byte; waits for it. Negative at the end. */
  int read(ByteBuffer to) throws IOException {
    long begin = poll.look(ready);
    int bytes = channel.read(to);
    poll.waited(begin);
    return bytes;
  }

  /** Reads what is there, at least a byte, to the first of several buffers; waits for it. */
  long read(ByteBuffer[] to, int count) throws IOException {
    long begin = poll.look(ready);
    long bytes = channel.read(to, 0, count);
    poll.waited(begin);
    return bytes;
  }

  private boolean isReady() {
    try {
      return due.getAsBoolean() && state.available() > 0;
    } catch (IOException e) {
      // Reading will say so too.
      return true;
    }
  }
}
