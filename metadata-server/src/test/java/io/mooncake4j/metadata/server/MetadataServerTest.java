package io.mooncake4j.metadata.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.metadata.server.http.HttpLimits;
import io.mooncake4j.metadata.server.http.RawClient;
import io.mooncake4j.metadata.server.http.RawClient.Answer;
import io.mooncake4j.metadata.server.records.RecordLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the server has beyond C++'s: limits, the listing, metrics; and many clients at once. */
@Timeout(60)
class MetadataServerTest {
  private static final MetadataServerConfiguration HERE =
      MetadataServerConfiguration.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  @TempDir private Path folder;
  private MetadataServer server;
  private RawClient client;

  private void start(MetadataServerConfiguration wanted) {
    server = MetadataServer.start(wanted);
    client = new RawClient(server.port());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      client.close();
      server.close();
    }
  }

  private Answer get(String target) throws IOException {
    return client.request("GET", target, null).answer();
  }

  private Answer put(String key, String value) throws IOException {
    byte[] body = value.getBytes(StandardCharsets.UTF_8);
    return client.request("PUT", "/metadata?key=" + key, body).answer();
  }

  private void expect(Answer answer, int status, String text) {
    assertThat(answer.status() + " " + answer.text()).isEqualTo(status + " " + text);
  }

  @Test
  void refusesWhatIsTooMuch() throws Exception {
    start(HERE.limited(new RecordLimits(8, 2, 100), HttpLimits.DEFAULT.withBodyBytes(90)));
    expect(put("12345678", ""), 200, "metadata updated");
    expect(put("123456789", ""), 414, "metadata key too long: at most 8 bytes are allowed");
    expect(get("/metadata?key=%31%32%33%34%35%36%37%38"), 200, "");
    expect(put("b", "x".repeat(91)), 413, "Payload too large");
    expect(put("b", "x".repeat(90)), 200, "metadata updated");
    expect(put("c", ""), 507, "metadata store is full: at most 2 records are kept");
    expect(put("12345678", "xx"), 507, "metadata store is full: at most 100 bytes are kept");
    expect(client.request("DELETE", "/metadata?key=b", null).answer(), 200, "metadata deleted");
    expect(put("c", "v"), 200, "metadata updated");
    assertThat(server.entries()).isEqualTo(2);
  }

  @Test
  void refusesAKeyOfTenMegabytes() throws Exception {
    start(HERE);
    try (RawClient hostile = new RawClient(server.port())) {
      assertThatThrownBy(
              () -> {
                hostile.send("PUT /metadata?key=").send("k".repeat(10 << 20));
                throw new IOException(hostile.untilClosed());
              })
          .isInstanceOf(IOException.class)
          .message()
          .containsPattern("HTTP/1.1 414 |Connection reset|Broken pipe");
    }
    expect(put("a", "v"), 200, "metadata updated");
    assertThat(server.entries()).isEqualTo(1);
  }

  @Test
  void takesKeysThatAreNotCoded() throws Exception {
    start(HERE);
    expect(put("\u00c3\u00a9", "v"), 200, "metadata updated");
    expect(get("/metadata?key=%C3%A9"), 200, "v");
    assertThat(get("/metadata?prefix=").text()).isEqualTo("%C3%A9\n");
  }

  @Test
  void listsKeysPageByPage() throws Exception {
    start(HERE);
    Set<String> keys = new TreeSet<>();
    for (int i = 0; i < 2500; i++) {
      keys.add("mooncake/ram/" + i);
      put("mooncake%2Fram%2F" + i, "v");
    }
    put("mooncake%2Frpc_meta%2F1", "v");
    List<String> listed = new ArrayList<>();
    String page = get("/metadata?prefix=mooncake%2Fram%2F").text();
    while (!page.isEmpty()) {
      assertThat(page.lines().count()).isLessThanOrEqualTo(1000);
      page.lines().map(QueryText::decode).forEach(listed::add);
      String last = page.lines().reduce((first, second) -> second).orElseThrow();
      page = get("/metadata?prefix=mooncake%2Fram%2F&limit=5000&after=" + last).text();
    }
    assertThat(listed).containsExactlyElementsOf(keys);
  }

  @Test
  void listsHostileKeysAsOneLineEach() throws Exception {
    start(HERE);
    for (String key : List.of("p%0A", "p%00", "p%FF", "p%25", "p%2F..%2F", "p%7E-._", "q")) {
      put(key, "v");
    }
    Answer answer = get("/metadata?prefix=p");
    assertThat(answer.header("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.header("x-mooncake-listing")).isEqualTo("keys");
    expect(answer, 200, "p%00\np%0A\np%25\np%2F..%2F\np~-._\np%FF\n");
    expect(get("/metadata?limit=2&prefix=p&after=p%0A"), 200, "p%25\np%2F..%2F\n");
    expect(get("/metadata?prefix=none"), 200, "");
    expect(get("/metadata?prefix=&after=p%FF"), 200, "q\n");
    for (String limit : List.of("0", "-1", "x", "", "99999999999")) {
      expect(get("/metadata?prefix=p&limit=" + limit), 400, "limit is no number above 0");
    }
  }

  @Test
  void oneOfManyClientsGetsAName() throws Exception {
    start(HERE.keptIn(folder.resolve("metadata.log")));
    ExecutorService clients = Executors.newFixedThreadPool(12);
    try {
      List<Callable<Answer>> claims = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        byte[] value = ("owner" + i).getBytes(StandardCharsets.US_ASCII);
        claims.add(
            () -> {
              try (RawClient each = new RawClient(server.port())) {
                return each.request("PUT", "/metadata?key=rpc_meta", value).answer();
              }
            });
      }
      int winner = -1;
      List<Future<Answer>> answers = clients.invokeAll(claims);
      for (int i = 0; i < answers.size(); i++) {
        if (answers.get(i).get().status() == 200) {
          assertThat(winner).isNegative();
          winner = i;
        } else {
          expect(answers.get(i).get(), 400, "Duplicate rpc_meta key not allowed");
        }
      }
      expect(get("/metadata?key=rpc_meta"), 200, "owner" + winner);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void tellsMetrics() throws Exception {
    start(HERE.keptIn(folder.resolve("metadata.log")));
    put("a", "12345");
    put("a", "1234");
    get("/metadata?key=a");
    get("/metadata?key=b");
    Answer answer = get("/metrics");
    assertThat(answer.header("content-type")).startsWith("text/plain; version=0.0.4");
    assertThat(answer.text().lines())
        .contains(
            "mooncake_metadata_entries 1.0",
            "mooncake_metadata_size_bytes 5.0",
            "mooncake_metadata_persistence_failures_total 0.0",
            "mooncake_metadata_requests_total{outcome=\"updated\",verb=\"put\"} 2.0",
            "mooncake_metadata_requests_total{outcome=\"found\",verb=\"get\"} 1.0",
            "mooncake_metadata_requests_total{outcome=\"not_found\",verb=\"get\"} 1.0",
            "mooncake_metadata_requests_total{outcome=\"duplicate\",verb=\"put\"} 0.0")
        .anyMatch(line -> line.matches("mooncake_metadata_file_size_bytes [1-9].*"));
  }

  @Test
  void aPortThatIsTakenLeavesTheFileFree() throws Exception {
    Path file = folder.resolve("metadata.log");
    start(HERE);
    MetadataServerConfiguration same =
        MetadataServerConfiguration.at(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    assertThatThrownBy(() -> MetadataServer.start(same.keptIn(file)))
        .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port());
    MetadataServer.start(HERE.keptIn(file)).close();
  }
}
