package io.mooncake4j.plugins.tcp;

import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.plugins.tcp.ScriptedServer.Script;
import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;

/**
 * Serves a connection as C++ Mooncake does, from memory of its own: a request is finished before
 * the next is looked at, so that nothing is read while an answer cannot be sent, and behind a
 * refusal the socket is closed with whatever is unread in it.
 */
final class SequentialPeer implements Script {
  private static final int CHUNK_BYTES = 64 << 10;

  /** No range that is refused is shorter. */
  private static final int SHORTEST = 64;

  /** What it does between two chunks. */
  interface Pause {
    void pause() throws InterruptedException;
  }

  private final byte[] memory;
  private final LongPredicate refused;
  private final int socketBytes;
  private final Pause pause;
  private final AtomicInteger refusals = new AtomicInteger();

  /**
   * Makes a peer.
   *
   * @param memory what it serves, from {@link ScriptedServer#BASE}
   * @param refused which addresses it rejects, when a request touches one
   * @param socketBytes the size of its socket buffers, 0 for the kernel's choice
   */
  SequentialPeer(byte[] memory, LongPredicate refused, int socketBytes, Pause pause) {
    this.memory = memory;
    this.refused = refused;
    this.socketBytes = socketBytes;
    this.pause = pause;
  }

  SequentialPeer(byte[] memory) {
    this(memory, address -> false, 0, () -> {});
  }

  int refusals() {
    return refusals.get();
  }

  @Override
  public void serve(Link link) throws IOException, InterruptedException {
    link.socket.setTcpNoDelay(true);
    if (socketBytes > 0) {
      link.socket.setReceiveBufferSize(socketBytes);
      link.socket.setSendBufferSize(socketBytes);
    }
    while (serveOne(link)) {}
  }

  private boolean serveOne(Link link) throws IOException, InterruptedException {
    ByteBuffer header =
        ByteBuffer.wrap(link.bytes(RequestHeader.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    int opcode = RequestHeader.opcode(header, 0);
    long address = RequestHeader.address(header, 0);
    long size = RequestHeader.size(header, 0);
    long offset = address - ScriptedServer.BASE;
    boolean v2 = (opcode & 0x80) != 0;
    boolean fits = size > 0 && offset >= 0 && offset <= memory.length - size;
    if (!fits || overlapsRefused(address, size)) {
      refusals.incrementAndGet();
      if (v2) {
        link.status(StatusFrame.REJECTED);
      }
      return false;
    }
    boolean write = RequestHeader.isWrite(opcode);
    if (v2 && !write) {
      link.status(StatusFrame.OK);
    }
    move(link, write, (int) offset, (int) size);
    if (v2 && write) {
      link.status(StatusFrame.OK);
    }
    return true;
  }

  private boolean overlapsRefused(long address, long size) {
    // Requests may have been put together from several, of which one is to be refused.
    for (long at = address; at < address + size; at += SHORTEST) {
      if (refused.test(at)) {
        return true;
      }
    }
    return refused.test(address + size - 1);
  }

  private void move(Link link, boolean write, int offset, int size)
      throws IOException, InterruptedException {
    for (int at = offset; at < offset + size; at += CHUNK_BYTES) {
      int bytes = Math.min(CHUNK_BYTES, offset + size - at);
      pause.pause();
      if (write) {
        link.in.readFully(memory, at, bytes);
      } else {
        link.out.write(memory, at, bytes);
      }
    }
  }
}
