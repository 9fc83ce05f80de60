package io.mooncake4j.testkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * A metadata server's records in memory, below the path {@code /metadata}. Safe from any thread.
 */
public final class MetadataRecords implements HttpBehaviour {
  /** Whose server it is like. */
  public enum Dialect {
    /** The one in C++ Mooncake's master. */
    CPP,
    /** The one in Mooncake's Python package. */
    PYTHON,
    /** The example in Go. */
    GO,
    /** That of mooncake4j: C++'s and a list of keys. */
    JAVA
  }

  private static final String TEXT = "Content-Type: text/plain";
  private static final Comparator<String> BY_BYTES =
      (one, other) -> Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));

  private final Dialect dialect;
  private final ConcurrentSkipListMap<String, byte[]> records =
      new ConcurrentSkipListMap<>(BY_BYTES);

  /**
   * Makes an empty server.
   *
   * @param dialect whose answers it gives
   */
  public MetadataRecords(Dialect dialect) {
    this.dialect = dialect;
  }

  /** Forgets all records, as a server that is restarted does. */
  public void clear() {
    records.clear();
  }

  /**
   * Looks a record up.
   *
   * @param key its key
   * @return its text, if it is there
   */
  public Optional<String> record(String key) {
    return Optional.ofNullable(records.get(key)).map(bytes -> new String(bytes, UTF_8));
  }

  @Override
  public void answer(HttpRequest request, HttpConnection to) throws IOException {
    if (!request.target().split("\\?", 2)[0].equals("/metadata")) {
      answer(to, 404, "no such path");
      return;
    }
    String key = request.parameter("key").orElse("");
    if (key.isEmpty()) {
      withoutKey(request, to);
      return;
    }
    switch (request.method()) {
      case "GET" -> get(key, to);
      case "PUT" -> put(key, request.body(), to);
      case "DELETE" -> remove(key, to);
      default -> answer(to, 405, "Method Not Allowed");
    }
  }

  private void withoutKey(HttpRequest request, HttpConnection to) throws IOException {
    Optional<String> prefix = request.parameter("prefix");
    if (dialect == Dialect.JAVA && prefix.isPresent()) {
      list(prefix.get(), request, to);
      return;
    }
    answer(to, 400, dialect == Dialect.CPP ? "Missing key parameter" : "metadata key is required");
  }

  private void list(String prefix, HttpRequest request, HttpConnection to) throws IOException {
    int limit = request.parameter("limit").map(Integer::parseInt).orElse(1000);
    String keys =
        records.tailMap(request.parameter("after").orElse(""), false).keySet().stream()
            .filter(key -> key.startsWith(prefix))
            .limit(Math.min(limit, 1000))
            .map(key -> percentEncoded(key) + "\n")
            .collect(Collectors.joining());
    to.answer(
        200,
        keys.getBytes(UTF_8),
        "Content-Type: text/plain; charset=utf-8",
        "X-Mooncake-Listing: keys");
  }

  private static String percentEncoded(String key) {
    return URLEncoder.encode(key, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private void get(String key, HttpConnection to) throws IOException {
    byte[] record = records.get(key);
    if (record == null) {
      answer(to, 404, "metadata not found");
    } else {
      to.answer(200, record, "Content-Type: application/json");
    }
  }

  private void put(String key, byte[] body, HttpConnection to) throws IOException {
    byte[] earlier = records.get(key);
    if (earlier != null && dialect != Dialect.GO && key.contains("rpc_meta")) {
      boolean equal = dialect != Dialect.PYTHON && Arrays.equals(earlier, body);
      answer(
          to,
          equal ? 200 : 400,
          equal ? "metadata unchanged" : "Duplicate rpc_meta key not allowed");
      return;
    }
    records.put(key, body);
    answer(to, 200, "metadata updated");
  }

  private void remove(String key, HttpConnection to) throws IOException {
    boolean removed = records.remove(key) != null || dialect == Dialect.GO;
    answer(to, removed ? 200 : 404, removed ? "metadata deleted" : "metadata not found");
  }

  private static void answer(HttpConnection to, int status, String text) throws IOException {
    to.answer(status, text.getBytes(UTF_8), TEXT);
  }
}
