package io.mooncake4j.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;

/** Ways for a server to misbehave. Stateless; safe from any thread. */
public final class HttpFaults {
  private static final Duration DRIP = Duration.ofMillis(20);
  private static final Duration FOREVER = Duration.ofDays(1);

  private HttpFaults() {}

  /**
   * Answers every request alike.
   *
   * @param status the status code
   * @param text the body
   * @param fields further header fields
   * @return the behaviour
   */
  public static HttpBehaviour status(int status, String text, String... fields) {
    return (request, to) -> to.answer(status, text.getBytes(UTF_8), fields);
  }

  /**
   * Writes bytes as they are and closes.
   *
   * @param text what to write
   * @return the behaviour
   */
  public static HttpBehaviour raw(String text) {
    return (request, to) -> {
      to.write(text.getBytes(UTF_8));
      to.close();
    };
  }

  /**
   * Is no HTTP server at all.
   *
   * @return the behaviour
   */
  public static HttpBehaviour garbage() {
    return raw("\u0000\u0007SSH-2.0-NotHTTP\r\n\u001b[31m\r\n\r\n");
  }

  /**
   * Never answers.
   *
   * @return the behaviour
   */
  public static HttpBehaviour silence() {
    return (request, to) -> to.pause(FOREVER);
  }

  /**
   * Answers late.
   *
   * @param delay how late
   * @param then what it does then
   * @return the behaviour
   */
  public static HttpBehaviour late(Duration delay, HttpBehaviour then) {
    return (request, to) -> {
      to.pause(delay);
      then.answer(request, to);
    };
  }

  /**
   * Sends header fields byte by byte, without an end.
   *
   * @return the behaviour
   */
  public static HttpBehaviour slowHead() {
    return (request, to) -> drip(to, "HTTP/1.1 200 OK\r\nX-Slow: ");
  }

  /**
   * Sends a body byte by byte, without an end.
   *
   * @return the behaviour
   */
  public static HttpBehaviour slowBody() {
    return (request, to) -> drip(to, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
  }

  private static void drip(HttpConnection to, String start) throws java.io.IOException {
    to.write(start.getBytes(UTF_8));
    while (true) {
      to.write(new byte[] {'x'});
      to.pause(DRIP);
    }
  }

  /**
   * Sends a body of unknown length as fast as it can, without an end.
   *
   * @return the behaviour
   */
  public static HttpBehaviour endlessBody() {
    return (request, to) -> flood(to, "HTTP/1.1 200 OK\r\n\r\n", "x".repeat(64 << 10));
  }

  /**
   * Sends header fields as fast as it can, without an end.
   *
   * @return the behaviour
   */
  public static HttpBehaviour endlessHead() {
    return (request, to) -> flood(to, "HTTP/1.1 200 OK\r\n", "X-Field: value\r\n".repeat(1000));
  }

  private static void flood(HttpConnection to, String start, String again)
      throws java.io.IOException {
    to.write(start.getBytes(UTF_8));
    byte[] bytes = again.getBytes(UTF_8);
    while (true) {
      to.write(bytes);
      to.pause(Duration.ZERO);
    }
  }

  /**
   * Dies in the middle of the body.
   *
   * @return the behaviour
   */
  public static HttpBehaviour shortBody() {
    return raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
  }

  /**
   * Sends more than it announced, and goes on.
   *
   * @return the behaviour
   */
  public static HttpBehaviour longBody() {
    return (request, to) ->
        to.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and more".getBytes(UTF_8));
  }

  /**
   * Resets the connection instead of answering.
   *
   * @return the behaviour
   */
  public static HttpBehaviour reset() {
    return (request, to) -> to.reset();
  }
}
