package io.mooncake4j.metadata.server;

import io.mooncake4j.metadata.server.http.HttpHandler;
import io.mooncake4j.metadata.server.http.HttpRequest;
import io.mooncake4j.metadata.server.http.HttpResponse;
import io.mooncake4j.metadata.server.records.Records;
import io.mooncake4j.metadata.server.records.Result;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * {@code /metadata?key=…}: the records, one a key; and {@code /metadata?prefix=…}: which keys there
 * are, which C++ Mooncake's servers do not tell.
 */
final class MetadataEndpoint implements HttpHandler {
  static final List<String> METHODS = List.of("GET", "PUT", "DELETE");

  private static final int MOST_LISTED = 1000;
  private static final int MOST_LISTED_BYTES = 1 << 20;

  private final Records records;
  private final int keyBytes;
  private final ServerMetrics metrics;

  MetadataEndpoint(Records records, int keyBytes, ServerMetrics metrics) {
    this.records = records;
    this.keyBytes = keyBytes;
    this.metrics = metrics;
  }

  @Override
  public HttpResponse answer(HttpRequest request) {
    String key = QueryText.first(request.query(), "key");
    if (key == null && request.method().equals("GET")) {
      String prefix = QueryText.first(request.query(), "prefix");
      if (prefix != null) {
        return list(request, prefix);
      }
    }
    if (key == null || key.isEmpty()) {
      return told(request, Verdict.NO_KEY, "");
    }
    if (key.length() > keyBytes) {
      return told(request, Verdict.KEY_TOO_LONG, "at most " + keyBytes + " bytes are allowed");
    }
    return switch (request.method()) {
      case "GET" -> get(request, key);
      case "PUT" -> change(request, records.put(key, request.body()));
      default -> change(request, records.remove(key));
    };
  }

  private HttpResponse told(HttpRequest request, Verdict verdict, String reason) {
    metrics.count(request.method(), verdict);
    return verdict.response(reason);
  }

  private HttpResponse get(HttpRequest request, String key) {
    byte[] value = records.get(key);
    if (value == null) {
      return told(request, Verdict.NOT_FOUND, "");
    }
    metrics.count(request.method(), Verdict.FOUND);
    return HttpResponse.of(200, "application/json", value);
  }

  private HttpResponse change(HttpRequest request, Result result) {
    Verdict verdict =
        switch (result.outcome()) {
          case UPDATED -> Verdict.UPDATED;
          case UNCHANGED -> Verdict.UNCHANGED;
          case DUPLICATE -> Verdict.DUPLICATE;
          case DELETED -> Verdict.DELETED;
          case MISSING -> Verdict.NOT_FOUND;
          case FULL -> Verdict.FULL;
          case NOT_PERSISTED -> Verdict.NOT_PERSISTED;
        };
    return told(request, verdict, result.reason());
  }

  private HttpResponse list(HttpRequest request, String prefix) {
    String after = QueryText.first(request.query(), "after");
    String wanted = QueryText.first(request.query(), "limit");
    int limit = wanted == null ? MOST_LISTED : limit(wanted);
    if (limit == 0) {
      return told(request, Verdict.BAD_LIMIT, "");
    }
    StringBuilder lines = new StringBuilder();
    for (String key : records.list(prefix, after == null ? "" : after, limit, MOST_LISTED_BYTES)) {
      lines.append(QueryText.encode(key)).append('\n');
    }
    metrics.count(request.method(), Verdict.LISTED);
    return new HttpResponse(
        200,
        Map.of("Content-Type", "text/plain; charset=utf-8", "X-Mooncake-Listing", "keys"),
        lines.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns how many keys are wanted, at most what the server gives; 0 for what is no number. */
  private static int limit(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      return 0;
    }
    return Math.min(MOST_LISTED, Integer.parseInt(text));
  }
}
