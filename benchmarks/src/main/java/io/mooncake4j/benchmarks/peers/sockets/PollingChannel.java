package io.mooncake4j.benchmarks.peers.sockets;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * One end of a connection that looks again and again instead of sleeping, and lets others run
 * between two looks. Gives up when nothing has moved for {@link #STILL_SECONDS}.
 *
 * <p>Bytes go straight from and to direct memory. Not safe for several threads.
 */
final class PollingChannel implements AutoCloseable {
  /** A look at a silent connection that is longer means that the other side hangs. */
  static final int STILL_SECONDS = 30;

  /** The most payload that one system call is given. */
  private static final int MOST = 1 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final SocketChannel channel;
  private final ByteBuffer[] parts = new ByteBuffer[2];

  /** When the waiting began that is going on; 0 while bytes move. */
  private long still;

  /** Takes over a connection; it is closed when that fails. */
  PollingChannel(SocketChannel channel) throws IOException {
    this.channel = channel;
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Sends what remains so many times over; position and limit are the same afterwards. */
  void send(ByteBuffer payload, int times) throws IOException {
    send(NOTHING, payload, times);
  }

  /**
   * Sends the head, then the payload so many times over, from its position to its limit, which are
   * the same afterwards.
   */
  void send(ByteBuffer head, ByteBuffer payload, int times) throws IOException {
    int begin = payload.position();
    int end = payload.limit();
    parts[0] = head;
    parts[1] = payload;
    for (int time = 0; time < times; time++) {
      payload.position(begin);
      while (payload.position() < end) {
        payload.limit(Math.min(end, payload.position() + MOST));
        moved(head.hasRemaining() ? channel.write(parts) : channel.write(payload));
      }
    }
    payload.position(begin);
  }

  /** Fills what remains so many times over; position and limit are the same afterwards. */
  void receive(ByteBuffer payload, int times) throws IOException {
    for (int time = 0; time < times; time++) {
      if (!receiveUnlessEnded(payload)) {
        throw new EOFException(
            "the other side has closed the connection; if it refused, its standard error says why");
      }
    }
  }

  /**
   * Fills what remains; position and limit are the same afterwards.
   *
   * @return false when the connection ended before the first byte
   */
  boolean receiveUnlessEnded(ByteBuffer payload) throws IOException {
    int begin = payload.position();
    int end = payload.limit();
    while (payload.position() < end) {
      payload.limit(Math.min(end, payload.position() + MOST));
      int count = channel.read(payload);
      if (count < 0 && payload.position() == begin) {
        payload.limit(end);
        return false;
      }
      if (count < 0) {
        throw new EOFException("the connection ended in the middle of a message");
      }
      moved(count);
    }
    payload.position(begin);
    return true;
  }

  // That others run in between is all that is wanted; nothing depends on which.
  @SuppressWarnings("ThreadPriorityCheck")
  private void moved(long count) throws IOException {
    if (count > 0) {
      still = 0;
      return;
    }
    Thread.yield();
    long now = System.nanoTime();
    if (still == 0) {
      still = now;
    } else if (now - still > TimeUnit.SECONDS.toNanos(STILL_SECONDS)) {
      throw new SocketTimeoutException(
          "nothing has moved on a connection for %d s".formatted(STILL_SECONDS));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
