package io.mooncake4j.metadata.server;

import io.mooncake4j.metadata.server.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How a request to the records can end. The words are C++ Mooncake's where it has the case, and so
 * is the lack of a content type.
 */
enum Verdict {
  FOUND(200, "", "GET"),
  LISTED(200, "", "GET"),
  NOT_FOUND(404, "metadata not found", "GET", "DELETE"),
  UPDATED(200, "metadata updated", "PUT"),
  UNCHANGED(200, "metadata unchanged", "PUT"),
  DUPLICATE(400, "Duplicate rpc_meta key not allowed", "PUT"),
  DELETED(200, "metadata deleted", "DELETE"),
  NO_KEY(400, "Missing key parameter", "GET", "PUT", "DELETE"),
  KEY_TOO_LONG(414, "metadata key too long", "GET", "PUT", "DELETE"),
  BAD_LIMIT(400, "limit is no number above 0", "GET"),
  FULL(507, "metadata store is full", "PUT"),
  NOT_PERSISTED(507, "metadata not stored", "PUT", "DELETE");

  private final int status;
  private final String words;
  private final String methods;

  Verdict(int status, String words, String... methods) {
    this.status = status;
    this.words = words;
    this.methods = String.join(" ", methods);
  }

  static List<Verdict> of(String method) {
    return Arrays.stream(values()).filter(each -> each.methods.contains(method)).toList();
  }

  /** The answer in words. */
  HttpResponse response() {
    return response("");
  }

  /** The answer in words, with the reason behind a colon if there is one. */
  HttpResponse response(String reason) {
    String text = reason.isEmpty() ? words : words + ": " + reason;
    return new HttpResponse(status, Map.of(), text.getBytes(StandardCharsets.UTF_8));
  }
}
