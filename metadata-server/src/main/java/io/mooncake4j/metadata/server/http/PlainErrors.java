package io.mooncake4j.metadata.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what never reached an endpoint: a line of text, and nothing about this server. */
final class PlainErrors extends ErrorHandler {
  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.write(true, ByteBuffer.wrap(text(code)), callback);
  }

  /** The status in words, such as {@code Method not allowed}. */
  static byte[] text(int status) {
    String words = HttpStatus.getMessage(status);
    return (words.substring(0, 1) + words.substring(1).toLowerCase(Locale.ROOT))
        .getBytes(StandardCharsets.UTF_8);
  }
}
