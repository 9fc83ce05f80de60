package io.mooncake4j.core.handshake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One client of a handshake server: reads a request, waits for its answer, sends it, and waits for
 * the client to close, so that the client gets every byte.
 *
 * <p>Only the server's own thread touches it.
 */
final class ServedConnection {
  /** How far the exchange has come. */
  enum Phase {
    /** The request is being read. */
    REQUEST,
    /** The answer is being made. */
    SERVICE,
    /** The reply is being sent. */
    REPLY,
    /** The client has to close. */
    LINGER
  }

  private static final int WRITE_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final HandshakeLimits limits;
  private FrameDecoder decoder;
  private ByteBuffer reply;
  private Phase phase = Phase.REQUEST;
  private long deadline;
  private int heldBytes;

  ServedConnection(SocketChannel channel, SelectionKey key, HandshakeLimits limits, long now) {
    this.channel = channel;
    this.key = key;
    this.limits = limits;
    decoder = new FrameDecoder(limits.maxLength());
    deadline = now + limits.exchangeTimeout().toNanos();
  }

  Phase phase() {
    return phase;
  }

  long deadline() {
    return deadline;
  }

  /** Returns how many bytes of memory the client takes. */
  int heldBytes() {
    return heldBytes;
  }

  /** Reads on; the request, once it is complete, else null. */
  HandshakeFrame readRequest(long now) throws IOException {
    FrameDecoder.Progress progress = decoder.read(channel);
    heldBytes = decoder.heldBytes();
    switch (progress) {
      case MORE -> {
        return null;
      }
      case ENDED -> throw new IOException("closed before its request was complete");
      case COMPLETE -> {
        HandshakeFrame request = decoder.frame();
        decoder = null;
        phase = Phase.SERVICE;
        deadline = now + limits.serviceTimeout().toNanos();
        key.interestOps(0);
        return request;
      }
    }
    throw new AssertionError(progress);
  }

  /** Starts to send the reply. */
  void reply(byte[] frame, long now) throws IOException {
    reply = ByteBuffer.wrap(frame);
    heldBytes = frame.length;
    phase = Phase.REPLY;
    deadline = now + limits.exchangeTimeout().toNanos();
    writeReply(now);
  }

  /** Sends on. */
  void writeReply(long now) throws IOException {
    int end = reply.limit();
    int written = 1;
    while (reply.hasRemaining() && written > 0) {
      reply.limit(Math.min(end, reply.position() + WRITE_BYTES));
      written = channel.write(reply);
      reply.limit(end);
    }
    if (reply.hasRemaining()) {
      key.interestOps(SelectionKey.OP_WRITE);
      return;
    }
    reply = null;
    heldBytes = 0;
    channel.shutdownOutput();
    phase = Phase.LINGER;
    deadline = now + limits.lingerTimeout().toNanos();
    key.interestOps(SelectionKey.OP_READ);
  }

  /** Discards what the client still sends, for unread bytes would turn our close into a reset. */
  boolean hasClosed(ByteBuffer scratch) throws IOException {
    return channel.read(scratch.clear()) < 0;
  }

  void close() throws IOException {
    key.cancel();
    channel.close();
  }

  @Override
  public String toString() {
    return "client " + channel.socket().getRemoteSocketAddress();
  }
}
