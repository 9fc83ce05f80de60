package io.mooncake4j.testkit.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A request as it came over the wire. Immutable. */
public final class HttpRequest {
  private static final int MOST_HEAD_BYTES = 64 << 10;
  private static final int MOST_BODY_BYTES = 64 << 20;

  private final List<String> head;
  private final byte[] body;

  private HttpRequest(List<String> head, byte[] body) {
    this.head = head;
    this.body = body;
  }

  /** Reads one request; empty when the client has closed the connection. */
  static Optional<HttpRequest> read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int newlines = 0;
    while (newlines < 2) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      bytes.write(next);
      newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
      if (bytes.size() > MOST_HEAD_BYTES) {
        throw new IOException("the head of the request is too long");
      }
    }
    List<String> head = bytes.toString(ISO_8859_1).lines().filter(line -> !line.isEmpty()).toList();
    HttpRequest request = new HttpRequest(head, new byte[0]);
    int length = request.header("Content-Length").map(Integer::parseInt).orElse(0);
    if (length > MOST_BODY_BYTES) {
      throw new IOException("the body of the request is too long");
    }
    return Optional.of(new HttpRequest(head, in.readNBytes(length)));
  }

  /**
   * Returns the request line and the header fields.
   *
   * @return the lines without their ends
   */
  public List<String> head() {
    return head;
  }

  /**
   * Returns the body.
   *
   * @return a copy
   */
  public byte[] body() {
    return body.clone();
  }

  /**
   * Returns the method.
   *
   * @return such as PUT
   */
  public String method() {
    return head.get(0).split(" ", 3)[0];
  }

  /**
   * Returns path and query.
   *
   * @return as the client wrote it
   */
  public String target() {
    return head.get(0).split(" ", 3)[1];
  }

  /**
   * Returns a header field.
   *
   * @param name in any case
   * @return its value, if it is there
   */
  public Optional<String> header(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return head.stream()
        .skip(1)
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst();
  }

  /**
   * Returns a parameter of the query.
   *
   * @param name its name
   * @return its decoded value, if it is there
   */
  public Optional<String> parameter(String name) {
    int question = target().indexOf('?');
    if (question < 0) {
      return Optional.empty();
    }
    for (String pair : target().substring(question + 1).split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return Optional.of(URLDecoder.decode(pair.substring(name.length() + 1), UTF_8));
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return head.get(0);
  }
}
