package io.mooncake4j.metadata.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Collects a body as it arrives, without a thread that waits for it.
 *
 * <p>Memory grows with what has come, not with what is announced. A body that is too long is read
 * on for a while and thrown away: a client that still sends when the connection closes may lose the
 * answer.
 */
final class BodyReader implements Runnable {
  private static final long DISCARDED_BYTES = 16L << 20;
  private static final byte[] NONE = {};

  /** What came of it: a body, or the status to answer with. */
  record Outcome(ByteBuffer body, int status) {
    static Outcome refused(int status) {
      return new Outcome(ByteBuffer.wrap(NONE), status);
    }
  }

  private final Request request;
  private final HttpLimits limits;
  private final AtomicLong buffered;
  private final Consumer<Outcome> then;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
  private long received;
  private long held;
  private int refusal;

  BodyReader(Request request, HttpLimits limits, AtomicLong buffered, Consumer<Outcome> then) {
    this.request = request;
    this.limits = limits;
    this.buffered = buffered;
    this.then = then;
  }

  /** Begins to read; the outcome may come before this returns. */
  void start() {
    long announced = request.getLength();
    boolean asksFirst = request.getHeaders().contains(HttpHeader.EXPECT);
    if (announced > limits.bodyBytes()
        && (asksFirst || announced > limits.bodyBytes() + DISCARDED_BYTES)) {
      then.accept(Outcome.refused(413));
    } else {
      run();
    }
  }

  @Override
  public void run() {
    Content.Chunk chunk = request.read();
    while (chunk != null) {
      if (Content.Chunk.isFailure(chunk)) {
        end(Outcome.refused(statusOf(chunk.getFailure())));
        return;
      }
      take(chunk.getByteBuffer());
      boolean last = chunk.isLast();
      chunk.release();
      if (last || received > limits.bodyBytes() + DISCARDED_BYTES) {
        end(
            refusal == 0
                ? new Outcome(ByteBuffer.wrap(bytes.toByteArray()), 0)
                : Outcome.refused(refusal));
        return;
      }
      chunk = request.read();
    }
    request.demand(this);
  }

  private void take(ByteBuffer part) {
    int length = part.remaining();
    received += length;
    if (refusal != 0) {
      return;
    }
    held += length;
    if (buffered.addAndGet(length) > limits.bufferedBytes()) {
      refusal = 503;
    }
    if (received > limits.bodyBytes()) {
      refusal = 413;
    }
    if (refusal != 0) {
      bytes.reset();
      release();
      return;
    }
    byte[] copy = new byte[length];
    part.get(copy);
    bytes.writeBytes(copy);
  }

  private void end(Outcome outcome) {
    try {
      then.accept(outcome);
    } finally {
      release();
    }
  }

  private void release() {
    buffered.addAndGet(-held);
    held = 0;
  }

  private static int statusOf(Throwable failure) {
    if (failure instanceof HttpException known) {
      return known.getCode();
    }
    return failure instanceof TimeoutException ? 408 : 400;
  }
}
