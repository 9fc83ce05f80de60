package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mooncake4j.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A socket that does not block by itself, over loopback. */
@Timeout(60)
class ConnectionSocketTest {
  /** More than the buffers of both ends hold. */
  private static final long MUCH = 64L << 20;

  private static final int PIECE = 100_000;
  private static final Duration A_WHILE = Duration.ofMillis(100);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private SocketChannel channel;
  private SocketChannel peer;
  private ConnectionSocket socket;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      channel = SocketChannel.open(listener.getLocalAddress());
      peer = listener.accept();
    }
    socket = new ConnectionSocket(channel);
  }

  @AfterEach
  void close() throws Exception {
    channel.close();
    socket.wake();
    peer.close();
    threads.shutdown();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    socket.close();
  }

  /** Writes so many bytes, each the number of its place. */
  private void write(long bytes, AtomicLong written) throws IOException {
    ByteBuffer[] pieces = {ByteBuffer.allocate(PIECE), ByteBuffer.allocate(0)};
    while (written.get() < bytes) {
      int length = (int) Math.min(PIECE, bytes - written.get());
      for (int i = 0; i < length; i++) {
        pieces[0].put(i, (byte) (written.get() + i));
      }
      pieces[0].position(0).limit(length);
      long taken = socket.write(pieces);
      if (taken <= 0 || taken != pieces[0].position()) {
        throw new AssertionError("took " + taken + ", and at " + pieces[0].position());
      }
      written.addAndGet(taken);
    }
  }

  private void read(long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    long at = 0;
    while (at < bytes) {
      assertThat(peer.read(buffer.clear())).as("bytes behind " + at).isPositive();
      for (int i = 0; i < buffer.position(); i++, at++) {
        if (buffer.get(i) != (byte) at) {
          throw new AssertionError("wrong byte at " + at);
        }
      }
    }
  }

  @Test
  void writingWaitsForRoomAndGoesOn() throws Exception {
    AtomicLong written = new AtomicLong();
    Future<?> writer =
        threads.submit(
            () -> {
              write(MUCH, written);
              return null;
            });
    awaitStandstill(written);
    assertThat(writer.isDone()).isFalse();
    read(MUCH);
    writer.get(20, TimeUnit.SECONDS);
    assertThat(written).hasValue(MUCH);
  }

  private static void awaitStandstill(AtomicLong written) {
    AtomicLong last = new AtomicLong(-1);
    AtomicLong since = new AtomicLong();
    Await.until(
        () -> {
          long now = written.get();
          if (now == 0 || last.getAndSet(now) != now) {
            since.set(System.nanoTime());
          }
          return System.nanoTime() - since.get() > A_WHILE.toNanos();
        },
        "the buffers are full");
  }

  @Test
  void waitingForInputEndsWithData() throws Exception {
    Future<?> reader = awaitInput();
    Await.holdsFor(() -> !reader.isDone(), A_WHILE, "nothing has come");
    peer.write(ByteBuffer.allocate(3));
    reader.get(20, TimeUnit.SECONDS);
    // As long as it is not read it is there.
    socket.awaitInput();
    assertThat(channel.read(ByteBuffer.allocate(10))).isEqualTo(3);
    Future<?> next = awaitInput();
    Await.holdsFor(() -> !next.isDone(), A_WHILE, "all has been read");
    peer.write(ByteBuffer.allocate(1));
    next.get(20, TimeUnit.SECONDS);
  }

  private Future<?> awaitInput() {
    return threads.submit(
        () -> {
          socket.awaitInput();
          return null;
        });
  }

  @Test
  void waitingForInputEndsWithTheStream() throws Exception {
    Future<?> reader = awaitInput();
    peer.shutdownOutput();
    reader.get(20, TimeUnit.SECONDS);
    assertThat(channel.read(ByteBuffer.allocate(10))).isNegative();
  }

  @Test
  void closingEndsBothWaits() throws Exception {
    AtomicLong written = new AtomicLong();
    Future<Throwable> reader = threads.submit(() -> catchThrowable(socket::awaitInput));
    Future<Throwable> writer = threads.submit(() -> catchThrowable(() -> write(MUCH, written)));
    awaitStandstill(written);
    assertThat(reader.isDone()).isFalse();
    assertThat(writer.isDone()).isFalse();
    channel.close();
    socket.wake();
    assertThat(reader.get(20, TimeUnit.SECONDS)).isInstanceOf(AsynchronousCloseException.class);
    assertThat(writer.get(20, TimeUnit.SECONDS)).isInstanceOf(ClosedChannelException.class);
    assertThat(socket.isOpen()).isFalse();
    assertThat(catchThrowable(socket::awaitInput)).isInstanceOf(AsynchronousCloseException.class);
  }

  @Test
  void aSpuriousWakeUpEndsNoWait() throws Exception {
    Future<?> reader = awaitInput();
    Await.holdsFor(
        () -> {
          socket.wake();
          return !reader.isDone();
        },
        A_WHILE,
        "it waits");
    peer.write(ByteBuffer.allocate(1));
    reader.get(20, TimeUnit.SECONDS);
  }

  @Test
  void anInterruptEndsNoWaitForInputAndIsNotLost() throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Future<Boolean> reader =
        threads.submit(
            () -> {
              thread.set(Thread.currentThread());
              socket.awaitInput();
              return Thread.interrupted();
            });
    Await.until(() -> thread.get() != null, "it has begun");
    Await.holdsFor(
        () -> {
          thread.get().interrupt();
          return !reader.isDone();
        },
        A_WHILE,
        "it waits");
    peer.write(ByteBuffer.allocate(1));
    assertThat(reader.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.read(ByteBuffer.allocate(2))).isEqualTo(1);
  }

  @Test
  void anInterruptEndsNoWaitForRoomAndIsNotLost() throws Exception {
    AtomicLong written = new AtomicLong();
    AtomicReference<Thread> thread = new AtomicReference<>();
    Future<Boolean> writer =
        threads.submit(
            () -> {
              thread.set(Thread.currentThread());
              Thread.currentThread().interrupt();
              write(MUCH, written);
              return Thread.interrupted();
            });
    awaitStandstill(written);
    thread.get().interrupt();
    Await.holdsFor(() -> !writer.isDone(), A_WHILE, "it waits");
    read(MUCH);
    assertThat(writer.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(channel.isOpen()).isTrue();
  }
}
