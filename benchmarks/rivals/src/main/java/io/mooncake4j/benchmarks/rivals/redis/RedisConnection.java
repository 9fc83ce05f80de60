package io.mooncake4j.benchmarks.rivals.redis;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One connection that speaks RESP2 (redis.io, "Redis serialization protocol specification") over a
 * blocking socket: values leave and reach direct memory without a copy in between.
 *
 * <p>Not safe for several threads.
 */
final class RedisConnection implements AutoCloseable {
  private static final int MAX_PARTS = 512;
  private static final int MAX_LINE = 256;
  private static final int IN_BYTES = 64 * 1024;
  private static final long CONNECT_NANOS = 10_000_000_000L;
  private static final long RETRY_NANOS = 10_000_000L;
  private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FLUSH =
      "*1\r\n$8\r\nFLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES).flip();

  private RedisConnection(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** Connects; tries again while the server is starting. */
  static RedisConnection open(InetSocketAddress address, BooleanSupplier alive) throws IOException {
    long deadline = System.nanoTime() + CONNECT_NANOS;
    while (true) {
      try {
        return new RedisConnection(SocketChannel.open(address));
      } catch (ConnectException e) {
        if (!alive.getAsBoolean() || System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  void ping() throws IOException {
    writeFully(new ByteBuffer[] {ByteBuffer.wrap(PING)});
    expectLine("+PONG");
  }

  void removeAll() throws IOException {
    writeFully(new ByteBuffer[] {ByteBuffer.wrap(FLUSH)});
    expectLine("+OK");
  }

  /** Writes all these buffers, several to a system call; their positions move. */
  void writeFully(ByteBuffer[] parts) throws IOException {
    int first = 0;
    while (first < parts.length) {
      channel.write(parts, first, Math.min(parts.length - first, MAX_PARTS));
      while (first < parts.length && !parts[first].hasRemaining()) {
        first++;
      }
    }
  }

  /** Reads the answer to one SET. */
  void readStored() throws IOException {
    expectLine("+OK");
  }

  /** Reads the answer to one GET into the buffer, whose remaining bytes it must fill exactly. */
  void readValue(ByteBuffer destination) throws IOException {
    expectLine("$" + destination.remaining());
    while (destination.hasRemaining()) {
      if (in.hasRemaining()) {
        int count = Math.min(in.remaining(), destination.remaining());
        destination.put(in.slice(in.position(), count));
        in.position(in.position() + count);
      } else if (destination.remaining() >= IN_BYTES) {
        read(destination);
      } else {
        fill();
      }
    }
    expectLine("");
  }

  private void expectLine(String expected) throws IOException {
    for (int i = 0; i < expected.length(); i++) {
      byte found = next();
      if (found != (byte) expected.charAt(i)) {
        throw new IOException(
            "redis-server answers '%s' instead of '%s'"
                .formatted(expected.substring(0, i) + (char) found + restOfLine(), expected));
      }
    }
    if (next() != '\r' || next() != '\n') {
      throw new IOException("redis-server answers more than '" + expected + "'");
    }
  }

  private String restOfLine() throws IOException {
    StringBuilder rest = new StringBuilder();
    for (byte b = next(); b != '\r' && rest.length() < MAX_LINE; b = next()) {
      rest.append((char) b);
    }
    return rest.toString();
  }

  private byte next() throws IOException {
    while (!in.hasRemaining()) {
      fill();
    }
    return in.get();
  }

  private void fill() throws IOException {
    in.clear();
    try {
      read(in);
    } finally {
      in.flip();
    }
  }

  private void read(ByteBuffer destination) throws IOException {
    if (channel.read(destination) < 0) {
      throw new EOFException("redis-server closed the connection");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
