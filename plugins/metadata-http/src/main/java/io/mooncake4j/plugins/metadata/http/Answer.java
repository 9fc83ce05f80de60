package io.mooncake4j.plugins.metadata.http;

import java.io.IOException;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import okio.ByteString;

/**
 * What a server answered.
 *
 * @param status the status code
 * @param headers the header fields
 * @param body all of it where it counts, else its beginning
 */
record Answer(int status, Headers headers, ByteString body) {
  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;

  private static final int BEGINNING = 1024;

  /** A body that goes on beyond the limit. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(long limit) {
      super("the answer is longer than " + limit + " bytes");
    }
  }

  /** Reads an answer; at most {@code limit} bytes of a body with status 200, a little of others. */
  static Answer read(Response response, long limit) throws IOException {
    ResponseBody body = response.body();
    ByteString bytes = response.code() == OK ? whole(body, limit) : beginning(body);
    return new Answer(response.code(), response.headers(), bytes);
  }

  private static ByteString whole(ResponseBody body, long limit) throws IOException {
    if (body.contentLength() > limit || body.source().request(limit + 1)) {
      throw new TooLongException(limit);
    }
    return body.source().readByteString();
  }

  private static ByteString beginning(ResponseBody body) throws IOException {
    BufferedSource source = body.source();
    source.request(BEGINNING);
    return source.readByteString(Math.min(BEGINNING, source.getBuffer().size()));
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
