package io.mooncake4j.core.handshake;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;

/**
 * One request and its reply on one connection to one address, with every step within the deadline.
 *
 * <p>For one thread, except {@link #abort}.
 */
final class ClientExchange implements AutoCloseable {
  private static final int WRITE_BYTES = 64 * 1024;

  private final InetSocketAddress address;
  private final long deadline;
  private final SocketChannel channel;
  private final Selector selector;
  private volatile boolean aborted;
  private boolean sent;

  /**
   * Opens the sockets.
   *
   * @param deadline of the exchange as a whole, by {@link System#nanoTime}
   */
  ClientExchange(InetSocketAddress address, long deadline) throws IOException {
    this.address = address;
    this.deadline = deadline;
    channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      selector = Selector.open();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Says whether the whole request has left, so that the peer may have acted on it. */
  boolean sent() {
    return sent;
  }

  /**
   * Connects, sends, and reads the reply.
   *
   * @throws IOException when a socket fails or the peer closes early
   * @throws MooncakeException when the deadline passes, the reply is no frame, or {@link #abort} is
   *     called
   */
  HandshakeFrame run(byte[] request, int maxLength, Duration connectTimeout) throws IOException {
    connect(connectTimeout);
    write(ByteBuffer.wrap(request));
    sent = true;
    FrameDecoder decoder = new FrameDecoder(maxLength);
    while (true) {
      switch (decoder.read(channel)) {
        case COMPLETE -> {
          return decoder.frame();
        }
        case ENDED ->
            throw new IOException("the peer closed the connection before its reply was complete");
        case MORE -> {
          if (!await(SelectionKey.OP_READ, deadline)) {
            throw noReply("to reply");
          }
        }
      }
    }
  }

  private void connect(Duration timeout) throws IOException {
    try {
      if (channel.connect(address)) {
        return;
      }
    } catch (UnsupportedAddressTypeException e) {
      throw new IOException("this host does not support the kind of address", e);
    }
    long now = System.nanoTime();
    long connectDeadline = now + Math.min(timeout.toNanos(), deadline - now);
    while (!channel.finishConnect()) {
      if (!await(SelectionKey.OP_CONNECT, connectDeadline)) {
        if (System.nanoTime() - deadline >= 0) {
          throw timeout("to accept the connection", null);
        }
        throw new SocketTimeoutException(
            "no connection within "
                + timeout.toMillis()
                + " ms (mooncake.handshake.connect-timeout)");
      }
    }
  }

  private void write(ByteBuffer request) throws IOException {
    int end = request.limit();
    while (true) {
      request.limit(Math.min(end, request.position() + WRITE_BYTES));
      int written = channel.write(request);
      request.limit(end);
      if (!request.hasRemaining()) {
        return;
      }
      if (written == 0 && !await(SelectionKey.OP_WRITE, deadline)) {
        throw noReply("to take in the request");
      }
    }
  }

  /** Waits until the channel is perhaps ready; false when the time has passed. */
  private boolean await(int operation, long until) throws IOException {
    channel.register(selector, operation);
    long remaining = until - System.nanoTime();
    if (remaining <= 0) {
      return false;
    }
    selector.select(remaining / 1_000_000 + 1);
    selector.selectedKeys().clear();
    if (aborted) {
      throw new MooncakeException(ErrorCode.CLOSED, "the handshake client is closed");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new MooncakeException(
          ErrorCode.CANCELED, "interrupted during a handshake with " + address);
    }
    return true;
  }

  private MooncakeException noReply(String what) {
    return timeout(what, new NoReplyException("connected to " + address + ", without a reply"));
  }

  private MooncakeException timeout(String what, IOException cause) {
    return new MooncakeException(
        ErrorCode.TIMEOUT,
        "the handshake service at " + address + " took too long " + what + "; is the peer stuck?",
        cause);
  }

  /** Ends the exchange from another thread. */
  void abort() {
    aborted = true;
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      // Only a selector that goes first lets the channel's descriptor go at once.
      selector.close();
    }
  }
}
