package io.mooncake4j.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A stub's side of one connection. Used by the connection's own thread. */
public final class HttpConnection {
  private final Socket socket;
  private final OutputStream out;
  private final CountDownLatch stopped;

  HttpConnection(Socket socket, CountDownLatch stopped) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.stopped = stopped;
  }

  /**
   * Writes a whole answer.
   *
   * @param status the status code
   * @param body the body
   * @param fields further header fields, each {@code name: value}
   * @throws IOException when the connection is closed
   */
  public void answer(int status, byte[] body, String... fields) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    write(head.toString().getBytes(UTF_8));
    write(body);
  }

  /**
   * Writes bytes as they are.
   *
   * @param bytes what to send
   * @throws IOException when the connection is closed
   */
  public void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /**
   * Waits, but not beyond the stub's end.
   *
   * @param span how long
   * @throws IOException when the stub has been stopped
   */
  public void pause(Duration span) throws IOException {
    try {
      if (stopped.await(span.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("the stub has been stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Closes the connection in good order.
   *
   * @throws IOException when that fails
   */
  public void close() throws IOException {
    socket.close();
  }

  /**
   * Resets the connection.
   *
   * @throws IOException when that fails
   */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
