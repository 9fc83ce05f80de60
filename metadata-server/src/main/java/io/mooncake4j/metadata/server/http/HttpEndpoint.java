package io.mooncake4j.metadata.server.http;

import java.util.List;
import java.util.Objects;

/**
 * What a path answers, and to which methods. Immutable.
 *
 * @param methods such as {@code GET}, in the order of the {@code Allow} header; all others are
 *     answered with 405. An endpoint with HEAD answers it as it answers GET; the body is left out
 *     for it.
 * @param handler answers
 */
public record HttpEndpoint(List<String> methods, HttpHandler handler) {
  /** Copies the list. */
  public HttpEndpoint {
    methods = List.copyOf(methods);
    Objects.requireNonNull(handler, "handler");
  }

  /**
   * Makes an endpoint that is only read.
   *
   * @param handler answers GET and HEAD
   * @return the endpoint
   */
  public static HttpEndpoint reading(HttpHandler handler) {
    return new HttpEndpoint(List.of("GET", "HEAD"), handler);
  }
}
