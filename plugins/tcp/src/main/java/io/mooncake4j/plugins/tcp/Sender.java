package io.mooncake4j.plugins.tcp;

import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import io.mooncake4j.spi.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The sending half of a connection: takes slices from the link, writes headers and payloads of many
 * with one system call. Runs in the connection's sending thread.
 */
final class Sender {
  private final PeerLink link;
  private final Connection connection;
  private final GatherWriter writer;
  private final Request[] batch = new Request[GatherWriter.BATCH_PAYLOADS];

  Sender(PeerLink link, Connection connection, GatherWriter writer) {
    this.link = link;
    this.connection = connection;
    this.writer = writer;
  }

  /** Sends until the connection is over. */
  void run() throws IOException {
    while (true) {
      int count = link.take(connection, batch);
      if (count == PeerLink.OVER) {
        return;
      }
      if (count == PeerLink.STALE) {
        connection.refresh();
      } else {
        send(count);
      }
    }
  }

  private void send(int count) throws IOException {
    try {
      for (int i = 0; i < count; i++) {
        append(batch[i]);
      }
      writer.flush();
    } finally {
      handOver(count);
    }
  }

  private void append(Request request) throws IOException {
    // The slice may be detached by now, if it is a read that was given up: the peer answers anyway.
    long length = request.length();
    request.appendsAt(writer.appended());
    boolean acknowledged = connection.acknowledges();
    int operation = request.isRead() ? RequestHeader.READ : RequestHeader.WRITE;
    put(
        length,
        request.remoteAddress(),
        acknowledged ? operation | RequestHeader.ACKNOWLEDGED : operation);
    if (!request.isRead()) {
      writer.payload(request.region(), request.localOffset(), length);
      if (!acknowledged && connection.confirmsWrites()) {
        put(1, request.remoteAddress() + length - 1, RequestHeader.READ);
      }
    }
    request.appendedTo(writer.appended());
  }

  private void put(long size, long address, int opcode) throws IOException {
    ByteBuffer frame = writer.frame(RequestHeader.BYTES);
    RequestHeader.put(frame, size, address, opcode);
  }

  /** What the kernel has taken is the receiver's from here on. */
  private void handOver(int count) {
    long now = link.context().nanoTime();
    long written = writer.written();
    for (int i = 0; i < count; i++) {
      Request request = batch[i];
      if (!request.isWritten(written)) {
        continue;
      }
      if (connection.isSilent(request)) {
        if (request.move(Request.SENDING, Request.RECEIVING)) {
          complete(request);
        }
        continue;
      }
      request.sentAt(now);
      if (!request.move(Request.SENDING, Request.SENT) && request.state() == Request.ANSWERED) {
        complete(request);
      }
    }
  }

  private void complete(Request request) {
    Slice slice = request.slice();
    link.metrics().writtenBytes().add(request.length());
    request.free();
    slice.succeed();
  }
}
