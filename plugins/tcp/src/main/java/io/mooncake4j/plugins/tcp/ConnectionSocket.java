package io.mooncake4j.plugins.tcp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * An initiator's socket, which does not block by itself: threads of applications use it too, and
 * the JDK would close a blocking channel under one that is interrupted. Whoever has to wait does so
 * in a selector, one thread for input and one for output at a time.
 */
final class ConnectionSocket implements GatheringByteChannel {
  private final SocketChannel channel;
  private final Selector readable;

  /** Opened by the first write that has to wait. */
  private volatile Selector writable;

  /** Takes over a connected channel, which somebody else closes. */
  ConnectionSocket(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    this.readable = selector(SelectionKey.OP_READ);
  }

  private Selector selector(int operation) throws IOException {
    Selector selector = Selector.open();
    try {
      channel.register(selector, operation);
      return selector;
    } catch (IOException e) {
      Sockets.close(selector);
      throw e;
    }
  }

  /** Waits until a read would not have to. */
  void awaitInput() throws IOException {
    await(readable);
  }

  /** Writes at least a byte; waits until the socket takes it. */
  @Override
  public long write(ByteBuffer[] from, int offset, int count) throws IOException {
    long bytes = channel.write(from, offset, count);
    while (bytes == 0) {
      if (writable == null) {
        writable = selector(SelectionKey.OP_WRITE);
      }
      await(writable);
      bytes = channel.write(from, offset, count);
    }
    return bytes;
  }

  @Override
  public long write(ByteBuffer[] from) throws IOException {
    return write(from, 0, from.length);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return (int) write(new ByteBuffer[] {from}, 0, 1);
  }

  /** Waits for a selector; whether the thread is interrupted is for others to act on. */
  private void await(Selector selector) throws IOException {
    boolean interrupted = false;
    int ready = 0;
    try {
      while (ready == 0) {
        if (!channel.isOpen()) {
          throw new AsynchronousCloseException();
        }
        ready = selector.select();
        interrupted |= Thread.interrupted();
      }
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException e) {
      throw new AsynchronousCloseException();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  /** Lets nobody wait any more, once the channel is closed. By any thread. */
  void wake() {
    readable.wakeup();
    Selector present = writable;
    if (present != null) {
      present.wakeup();
    }
  }

  /** Frees what belongs to it, when nobody uses it any more; the channel is somebody else's. */
  @Override
  public void close() {
    Sockets.close(readable);
    if (writable != null) {
      Sockets.close(writable);
    }
  }
}
