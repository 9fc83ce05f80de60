package io.mooncake4j.metadata.server.http;

/**
 * Answers the requests to one path.
 *
 * <p>Called by several threads at once, with requests whose body has arrived in full. It may block
 * for as long as a request may last; a thread is taken meanwhile. What it throws is logged and
 * answered with 500.
 */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Answers a request.
   *
   * @param request has one of the methods that the endpoint takes
   * @return the answer, never null
   */
  HttpResponse answer(HttpRequest request);
}
