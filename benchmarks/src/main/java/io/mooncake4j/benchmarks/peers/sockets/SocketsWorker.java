package io.mooncake4j.benchmarks.peers.sockets;

import io.mooncake4j.benchmarks.peers.PeerWorkload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One thread's connection and its part of the memory: asks, then moves the bytes. */
final class SocketsWorker implements PeerWorkload.Worker {
  private final PollingChannel channel;
  private final Request request;
  private final ByteBuffer head;
  private final ByteBuffer payload;
  private final ByteBuffer answer = ByteBuffer.allocateDirect(Request.ANSWER_BYTES);

  /**
   * Connects.
   *
   * @param server its address
   * @param request what every batch asks for
   * @param memory this side's, as large as the server's
   */
  SocketsWorker(InetSocketAddress server, Request request, ByteBuffer memory) throws IOException {
    this.request = request;
    head = request.head();
    payload = memory.slice(request.offset(), request.length());
    channel = new PollingChannel(SocketChannel.open(server));
  }

  @Override
  public void moveBatch() throws IOException {
    head.rewind();
    if (request.write()) {
      channel.send(head, payload, request.times());
      channel.receive(answer, 1);
      if (answer.getLong(0) != request.bytes()) {
        throw new IOException(
            "of %d bytes %d have arrived".formatted(request.bytes(), answer.getLong(0)));
      }
    } else {
      channel.send(head, 1);
      channel.receive(payload, request.times());
    }
  }

  /** Returns the part of this side's memory that it moves. */
  ByteBuffer memory() {
    return payload.duplicate();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
