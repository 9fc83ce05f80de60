package io.mooncake4j.plugins.tcp;

import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The sending half of a connection: takes slices from the link, writes headers and payloads of many
 * with one system call. For one thread at a time: the connection's sending thread, or one that
 * submits or waits and has the connection lent to it ({@link SendTurn}).
 */
final class Sender {
  private final PeerLink link;
  private final Connection connection;
  private final GatherWriter writer;
  private final Request[] batch = new Request[GatherWriter.BATCH_PAYLOADS];
  private final LocalCursor local = new LocalCursor();
  private final Finished finished = new Finished();

  Sender(PeerLink link, Connection connection, GatherWriter writer) {
    this.link = link;
    this.connection = connection;
    this.writer = writer;
  }

  /** What {@link #send} is to send. */
  Request[] batch() {
    return batch;
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

  /** Sends the first requests of the batch. */
  void send(int count) throws IOException {
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
    // Slices may be dropped by now, if it is a read: the peer answers anyway.
    long length = request.length();
    request.appendsAt(writer.appended());
    boolean acknowledged = connection.endpoint().acknowledges();
    int operation = request.isRead() ? RequestHeader.READ : RequestHeader.WRITE;
    put(
        length,
        request.remoteAddress(),
        acknowledged ? operation | RequestHeader.ACKNOWLEDGED : operation);
    request.appendsPayloadAt(writer.appended());
    if (!request.isRead()) {
      appendPayload(request);
      if (!acknowledged && connection.confirmsWrites()) {
        put(1, request.remoteAddress() + length - 1, RequestHeader.READ);
      }
    }
    request.appendedTo(writer.appended());
  }

  private void appendPayload(Request request) throws IOException {
    local.begin(request);
    while (!local.isAtEnd()) {
      writer.payload(local.region(), local.offset(), local.left());
      local.advance(local.left());
    }
    local.end();
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
    finished.take(request, link.metrics().writtenBytes());
    finished.succeed();
  }
}
