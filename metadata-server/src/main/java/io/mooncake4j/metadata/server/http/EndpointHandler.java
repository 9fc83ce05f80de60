package io.mooncake4j.metadata.server.http;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings whole requests to the endpoints, and their answers back. */
final class EndpointHandler extends Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(EndpointHandler.class);

  private final Map<String, HttpEndpoint> endpoints;
  private final HttpLimits limits;
  private final AtomicLong buffered = new AtomicLong();

  EndpointHandler(Map<String, HttpEndpoint> endpoints, HttpLimits limits) {
    this.endpoints = Map.copyOf(endpoints);
    this.limits = limits;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (request.getConnectionMetaData().getConnection().getEndPoint()
        instanceof TimedEndPoint connection) {
      Request.addCompletionListener(request, failure -> connection.answered());
    }
    HttpEndpoint endpoint = endpoints.get(Request.getPathInContext(request));
    if (endpoint == null) {
      send(plain(404), response, callback);
    } else if (!endpoint.methods().contains(request.getMethod())) {
      response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", endpoint.methods()));
      send(plain(405), response, callback);
    } else {
      new BodyReader(
              request,
              limits,
              buffered,
              outcome -> send(answerTo(request, endpoint, outcome), response, callback))
          .start();
    }
    return true;
  }

  private static HttpResponse answerTo(
      Request request, HttpEndpoint endpoint, BodyReader.Outcome outcome) {
    if (outcome.status() != 0) {
      return plain(outcome.status());
    }
    try {
      return endpoint
          .handler()
          .answer(
              new HttpRequest(
                  request.getMethod(), request.getHttpURI().getQuery(), outcome.body().array()));
    } catch (RuntimeException | Error e) {
      log.error(
          "{} {} failed; the client was told 500",
          request.getMethod(),
          request.getHttpURI().getPath(),
          e);
      return plain(500);
    }
  }

  private static HttpResponse plain(int status) {
    return HttpResponse.of(status, "text/plain; charset=utf-8", PlainErrors.text(status));
  }

  private static void send(HttpResponse answer, Response response, Callback callback) {
    response.setStatus(answer.status());
    answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
  }
}
