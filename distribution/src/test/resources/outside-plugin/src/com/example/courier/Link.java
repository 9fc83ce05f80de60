package com.example.courier;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Serves the slices for one peer one after another; a slice is completed by who removed it. */
final class Link implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final TransportContext context;
  private final Peer peer;
  private final Deque<Slice> waiting = new ArrayDeque<>();
  private Slice current;
  private ErrorCode broken;
  private SocketChannel channel;
  private long generation;
  private boolean closed;

  Link(TransportContext context, Peer peer) {
    this.context = context;
    this.peer = peer;
    Counter.start("courier-link", this::run);
  }

  void submit(Slice slice) {
    synchronized (this) {
      if (!closed) {
        waiting.add(slice);
        notifyAll();
        return;
      }
    }
    slice.fail(ErrorCode.ENDPOINT, false, "the link to " + peer.name() + " is closed");
  }

  void cancel(Slice slice, ErrorCode reason) {
    synchronized (this) {
      if (!waiting.remove(slice)) {
        if (current == slice && reason == ErrorCode.TIMEOUT) {
          breakOff(reason);
        }
        return;
      }
    }
    slice.fail(reason, false, "stopped before " + peer.name() + " was asked");
  }

  @Override
  public void close() {
    List<Slice> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(waiting);
      waiting.clear();
      breakOff(ErrorCode.LINK_BROKEN);
      notifyAll();
    }
    left.forEach(slice -> slice.fail(ErrorCode.ENDPOINT, false, "the link is being closed"));
  }

  /** The link's thread then finds its channel closed and fails the slice it is at. */
  private synchronized void breakOff(ErrorCode reason) {
    broken = broken == null ? reason : broken;
    if (channel != null) {
      Counter.closeQuietly(channel);
    }
  }

  private void run() {
    for (Slice slice = next(); slice != null; slice = next()) {
      boolean[] started = new boolean[1];
      try {
        boolean known = carry(slice, connected(), started);
        finished();
        if (known) {
          slice.succeed();
        } else {
          slice.fail(ErrorCode.PEER_REJECTED_ADDRESS, false, peer.name() + " knows no such range");
        }
      } catch (IOException | RuntimeException e) {
        breakOff(ErrorCode.LINK_BROKEN);
        slice.fail(finished(), started[0], "the link to " + peer.name() + " broke: " + e);
      }
    }
  }

  private synchronized Slice next() {
    try {
      while (!closed && waiting.isEmpty()) {
        wait();
      }
    } catch (InterruptedException stop) {
      closed = true;
    }
    current = closed ? null : waiting.removeFirst();
    broken = null;
    return current;
  }

  /** Says why the link was broken off, after which nobody breaks it for this slice any more. */
  private synchronized ErrorCode finished() {
    current = null;
    return broken;
  }

  private SocketChannel connected() throws IOException {
    SocketChannel fresh;
    synchronized (this) {
      if (broken != null) {
        throw new IOException("it was broken off");
      }
      if (channel != null && channel.isOpen() && generation == peer.generation()) {
        return channel;
      }
      if (channel != null) {
        Counter.closeQuietly(channel);
      }
      fresh = SocketChannel.open();
      channel = fresh;
      generation = peer.generation();
    }
    int port = (int) context.descriptor(peer, false).extension().integer("port");
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    fresh.socket().connect(address, CONNECT_MILLIS);
    context.metrics().counter("connections.opened").add(1);
    return fresh;
  }

  private static boolean carry(Slice slice, SocketChannel channel, boolean[] started)
      throws IOException {
    boolean write = slice.opcode() == OpCode.WRITE;
    ByteBuffer header = ByteBuffer.allocate(Protocol.HEADER_BYTES);
    header.put(write ? Protocol.WRITE : Protocol.READ);
    header.putLong(slice.remoteAddress()).putLong(slice.length()).flip();
    Protocol.send(channel, header);
    if (Protocol.receiveByte(channel) != Protocol.YES) {
      return false;
    }
    ByteBuffer bytes = Protocol.range(slice.region(), slice.localOffset(), slice.length());
    if (write) {
      started[0] = true;
      Protocol.send(channel, bytes);
      return Protocol.receiveByte(channel) == Protocol.YES;
    }
    Protocol.receive(channel, bytes);
    return true;
  }
}
