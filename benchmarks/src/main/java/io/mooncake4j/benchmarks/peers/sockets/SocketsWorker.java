package io.mooncake4j.benchmarks.peers.sockets;

import io.mooncake4j.benchmarks.peers.PeerWorkload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/** One thread's connection and its part of the memory: asks, then moves the bytes, one by one. */
final class SocketsWorker implements PeerWorkload.Worker {
  private final PollingChannel channel;
  private final Request[] requests;
  private final ByteBuffer[] heads;
  private final ByteBuffer[] payloads;
  private final ByteBuffer answer = ByteBuffer.allocateDirect(Request.ANSWER_BYTES);

  /**
   * Connects.
   *
   * @param server its address
   * @param requests what every batch asks for, one after the other
   * @param memory this side's, as large as the server's
   */
  SocketsWorker(InetSocketAddress server, List<Request> requests, ByteBuffer memory)
      throws IOException {
    this.requests = requests.toArray(Request[]::new);
    heads = requests.stream().map(Request::head).toArray(ByteBuffer[]::new);
    payloads =
        requests.stream()
            .map(request -> memory.slice(request.offset(), request.length()))
            .toArray(ByteBuffer[]::new);
    channel = new PollingChannel(SocketChannel.open(server));
  }

  @Override
  public void moveBatch() throws IOException {
    for (int i = 0; i < requests.length; i++) {
      move(requests[i], heads[i].rewind(), payloads[i]);
    }
  }

  private void move(Request request, ByteBuffer head, ByteBuffer payload) throws IOException {
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

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
