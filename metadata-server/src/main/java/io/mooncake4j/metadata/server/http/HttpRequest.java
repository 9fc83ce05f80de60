package io.mooncake4j.metadata.server.http;

import java.util.Objects;

/** One request, whole. Immutable as long as nobody writes into its body. */
public final class HttpRequest {
  private final String method;
  private final String query;
  private final byte[] body;

  /**
   * Makes a request.
   *
   * @param method such as {@code GET}
   * @param query what stood behind the question mark, or null
   * @param body the bytes, not copied
   */
  public HttpRequest(String method, String query, byte[] body) {
    this.method = Objects.requireNonNull(method, "method");
    this.query = query == null ? "" : query;
    this.body = Objects.requireNonNull(body, "body");
  }

  /**
   * Returns the method.
   *
   * @return in upper case as it came
   */
  public String method() {
    return method;
  }

  /**
   * Returns the query as it came: nothing in it is decoded.
   *
   * @return what stands behind the question mark; empty for none
   */
  public String query() {
    return query;
  }

  /**
   * Returns the body.
   *
   * @return the bytes, not copied; empty for none
   */
  public byte[] body() {
    return body;
  }
}
