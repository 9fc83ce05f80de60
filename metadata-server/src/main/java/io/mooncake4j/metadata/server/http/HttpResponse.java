package io.mooncake4j.metadata.server.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** One answer. Immutable as long as nobody writes into its body. */
public final class HttpResponse {
  private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  /**
   * Makes an answer.
   *
   * @param status such as 200
   * @param headers of the answer, besides its length and date
   * @param body the bytes, not copied
   */
  public HttpResponse(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = Map.copyOf(headers);
    this.body = Objects.requireNonNull(body, "body");
  }

  /**
   * Makes an answer with a body of some type.
   *
   * @param status such as 200
   * @param contentType such as {@code application/json}
   * @param body the bytes, not copied
   * @return the answer
   */
  public static HttpResponse of(int status, String contentType, byte[] body) {
    return new HttpResponse(status, Map.of("Content-Type", contentType), body);
  }

  /**
   * Makes an answer in words.
   *
   * @param status such as 404
   * @param text the whole body
   * @return the answer
   */
  public static HttpResponse text(int status, String text) {
    return of(status, PLAIN_TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns the status.
   *
   * @return such as 200
   */
  public int status() {
    return status;
  }

  /**
   * Returns the headers.
   *
   * @return by name
   */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * Returns the body.
   *
   * @return the bytes, not copied
   */
  public byte[] body() {
    return body;
  }
}
