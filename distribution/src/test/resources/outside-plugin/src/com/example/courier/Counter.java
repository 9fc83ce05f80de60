package com.example.courier;

import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.RegionIndex;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Where peers ask for an engine's memory: a thread that accepts and a thread a connection. */
final class Counter implements AutoCloseable {
  private final RegionIndex regions;
  private final ServerSocketChannel listener;
  private final int port;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  Counter(RegionIndex regions) throws IOException {
    this.regions = regions;
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    port = listener.socket().getLocalPort();
    start("courier-accept", this::accept);
  }

  static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return port;
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        open.add(channel);
        start("courier-serve", () -> serve(channel));
      }
    } catch (IOException closed) {
      open.forEach(Counter::closeQuietly);
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      ByteBuffer header = ByteBuffer.allocate(Protocol.HEADER_BYTES);
      while (true) {
        Protocol.receive(channel, header.clear());
        answer(channel, header.flip().get(), header.getLong(), header.getLong());
      }
    } catch (IOException gone) {
      // The peer has left, or this engine is being closed.
    } finally {
      open.remove(channel);
    }
  }

  private void answer(SocketChannel channel, byte opcode, long address, long length)
      throws IOException {
    boolean sane = opcode == Protocol.READ || opcode == Protocol.WRITE;
    sane &= length > 0 && length <= Protocol.MAX_BYTES;
    LocalRegion region = sane ? regions.acquire(address, length) : null;
    if (region == null) {
      Protocol.sendByte(channel, Protocol.NO);
      return;
    }
    try {
      ByteBuffer bytes = Protocol.range(region, address - region.address(), length);
      Protocol.sendByte(channel, Protocol.YES);
      if (opcode == Protocol.READ) {
        Protocol.send(channel, bytes);
      } else {
        Protocol.receive(channel, bytes);
        Protocol.sendByte(channel, Protocol.YES);
      }
    } finally {
      region.release();
    }
  }

  static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception ignored) {
      // It is given up in any case.
    }
  }

  /** Ends the accepting thread, which then ends the others. */
  @Override
  public void close() {
    closeQuietly(listener);
  }
}
