package io.mooncake4j.testkit.http;

import java.io.IOException;

/** What a stub does with a request. Called from many threads. */
@FunctionalInterface
public interface HttpBehaviour {
  /**
   * Answers a request, or does not. When it returns, the next request of the connection is read.
   *
   * @param request what was asked
   * @param to where the answer goes
   * @throws IOException when the client or the stub has closed the connection
   */
  void answer(HttpRequest request, HttpConnection to) throws IOException;
}
