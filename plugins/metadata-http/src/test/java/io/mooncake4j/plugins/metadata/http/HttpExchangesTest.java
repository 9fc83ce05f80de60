package io.mooncake4j.plugins.metadata.http;

import static io.mooncake4j.plugins.metadata.http.TestStores.LIMIT;
import static io.mooncake4j.plugins.metadata.http.TestStores.assertFails;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStore.PrefixListing;
import io.mooncake4j.testkit.http.HttpFaults;
import io.mooncake4j.testkit.http.HttpRequest;
import io.mooncake4j.testkit.http.HttpStub;
import io.mooncake4j.testkit.http.MetadataRecords;
import io.mooncake4j.testkit.http.MetadataRecords.Dialect;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as C++ Mooncake sends them, and answers as Mooncake's servers give them. */
class HttpExchangesTest {
  private final HttpStub server = HttpStub.start(new MetadataRecords(Dialect.CPP));
  private final MetadataStore store = TestStores.of(server.url("/metadata"));

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private HttpRequest last() {
    List<HttpRequest> requests = server.requests();
    return requests.get(requests.size() - 1);
  }

  /** What a C++ engine with libcurl was seen to send, but for Host, whose port is another here. */
  @ParameterizedTest
  @CsvSource({
    "mooncake/rpc_meta/target_seg:12345,"
        + " PUT /metadata?key=mooncake%2Frpc_meta%2Ftarget_seg%3A12345 HTTP/1.1,"
        + " '{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":16709}', 48",
    "mooncake/ram/target_seg:12345,"
        + " PUT /metadata?key=mooncake%2Fram%2Ftarget_seg%3A12345 HTTP/1.1,"
        + " '{\"buffers\":[],\"name\":\"target_seg:12345\",\"protocol\":\"tcp\","
        + "\"tcp_data_port\":15701,\"tcp_proto_version\":2,"
        + "\"timestamp\":\"2026-11-22 14:39:47.616277\"}', 142"
  })
  void aPutIsThatOfCpp(String key, String requestLine, String body, int length) {
    store.put(key, body.getBytes(UTF_8), LIMIT);

    assertThat(withoutClientsOwn(last()))
        .containsExactlyInAnyOrder(
            requestLine,
            "Host: 127.0.0.1:" + server.port(),
            "Accept: */*",
            "Content-Type: application/json",
            "Content-Length: " + length);
    assertThat(last().body()).asString(UTF_8).isEqualTo(body);
  }

  @Test
  void getAndDeleteAreThoseOfCpp() {
    assertThat(store.get("mooncake/ram/target_seg:12345", LIMIT)).isEmpty();
    assertThat(withoutClientsOwn(last()))
        .containsExactlyInAnyOrder(
            "GET /metadata?key=mooncake%2Fram%2Ftarget_seg%3A12345 HTTP/1.1",
            "Host: 127.0.0.1:" + server.port(), "Accept: */*");

    assertThat(store.remove("mooncake/rpc_meta/target_seg:12345", LIMIT)).isFalse();
    assertThat(withoutClientsOwn(last()))
        .containsExactlyInAnyOrder(
            "DELETE /metadata?key=mooncake%2Frpc_meta%2Ftarget_seg%3A12345 HTTP/1.1",
            "Host: 127.0.0.1:" + server.port(), "Accept: */*");
  }

  private static List<String> withoutClientsOwn(HttpRequest request) {
    return request.head().stream()
        .filter(line -> !line.matches("(User-Agent|Connection|Accept-Encoding): .*"))
        .toList();
  }

  @Test
  void connectionsAreKeptFromCallToCall() {
    for (int i = 0; i < 10; i++) {
      store.put("k" + i, new byte[0], LIMIT);
    }
    assertThat(store.get("k1", LIMIT)).hasValue(new byte[0]);
    assertThat(server.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void theServersOfOthersAreUnderstood(Dialect dialect) {
    server.behave(new MetadataRecords(dialect));
    String key = "mooncake/rpc_meta/a";
    store.put(key, new byte[] {1}, LIMIT);
    if (dialect == Dialect.GO) {
      store.put(key, new byte[] {2}, LIMIT);
    } else {
      assertFails(
          ErrorCode.METADATA,
          () -> store.put(key, new byte[] {2}, LIMIT),
          "writing " + key,
          "status 400 \"Duplicate rpc_meta key not allowed\"");
    }
    if (dialect == Dialect.PYTHON) {
      assertFails(ErrorCode.METADATA, () -> store.put(key, new byte[] {1}, LIMIT), "Duplicate");
    } else {
      store.put(key, store.get(key, LIMIT).orElseThrow(), LIMIT);
    }
    assertThat(store.remove(key, LIMIT)).isTrue();
    assertThat(store.get(key, LIMIT)).isEmpty();
    assertThat(store.remove(key, LIMIT)).isEqualTo(dialect == Dialect.GO);
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"CPP", "PYTHON", "GO"})
  void theServersOfOthersCannotList(Dialect dialect) {
    server.behave(new MetadataRecords(dialect));
    PrefixListing listing = store.require(PrefixListing.class);

    var failure =
        catchThrowableOfType(MooncakeException.class, () -> listing.list("mooncake/", LIMIT));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_IMPLEMENTED);
    assertThat(failure).hasMessageContaining("http").hasMessageContaining(server.url("/metadata"));
  }

  @Test
  void aLongListComesInPages() {
    server.behave(new MetadataRecords(Dialect.JAVA));
    for (int i = 0; i < 2500; i++) {
      store.put("many/" + i + "/ä😀\uffff", new byte[] {(byte) i}, LIMIT);
    }
    store.put("manz", new byte[0], LIMIT);

    try (MetadataStore patient = TestStores.of(server.url("/metadata"), "timeout", "1m")) {
      assertThat(patient.require(PrefixListing.class).list("many/", LIMIT.multipliedBy(3)))
          .hasSize(2500)
          .containsEntry("many/7/ä😀\uffff", new byte[] {7});
    }
  }

  @Test
  void theValuesOfAListAreReadSeveralAtATime() {
    MetadataRecords records = new MetadataRecords(Dialect.JAVA);
    server.behave(records);
    for (int i = 0; i < 20; i++) {
      store.put("many/" + i, new byte[] {(byte) i}, LIMIT);
    }
    CountDownLatch together = new CountDownLatch(4);
    AtomicBoolean alone = new AtomicBoolean();
    server.behave(
        (request, to) -> {
          if (request.parameter("key").isPresent()) {
            together.countDown();
            alone.compareAndSet(false, !isOpen(together));
          }
          records.answer(request, to);
        });

    try (MetadataStore patient = TestStores.of(server.url("/metadata"), "timeout", "1m")) {
      assertThat(patient.require(PrefixListing.class).list("many/", LIMIT.multipliedBy(3)))
          .hasSize(20)
          .containsEntry("many/19", new byte[] {19});
    }
    assertThat(alone).isFalse();
  }

  private static boolean isOpen(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void aListThatTakesTooLongSaysHowFarItCame() {
    MetadataRecords records = new MetadataRecords(Dialect.JAVA);
    server.behave(records);
    store.put("a", new byte[0], LIMIT);
    store.put("b", new byte[0], LIMIT);
    server.behave(
        (request, to) -> {
          if (request.parameter("key").filter("b"::equals).isPresent()) {
            to.pause(Duration.ofDays(1));
          }
          records.answer(request, to);
        });

    assertFails(
        ErrorCode.TIMEOUT,
        () -> store.require(PrefixListing.class).list("", Duration.ofSeconds(2)),
        "listing * failed: after 2000 ms it had 1 of 2 records",
        "raise mooncake.metadata.timeout");
  }

  @Test
  void aWrongPathIsSuspectedWhenThereIsNoList() {
    server.behave(HttpFaults.status(404, "not here"));
    var failure =
        catchThrowableOfType(
            MooncakeException.class,
            () -> store.require(PrefixListing.class).list("mooncake/", LIMIT));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_IMPLEMENTED);
    assertThat(failure).hasMessageContaining("is /metadata the right path?");
  }

  @Test
  void aKeyThatIsNoTextIsLeftOutOfAList() {
    server.behave(
        (request, to) -> {
          String after = request.parameter("after").orElse("");
          String page = request.target().endsWith("after=%80&limit=1000") ? "%C3%A4\n" : "";
          String keys = after.isEmpty() ? "a\n%80\n" : page;
          boolean list = request.parameter("prefix").isPresent();
          to.answer(200, (list ? keys : "{}").getBytes(UTF_8), "X-Mooncake-Listing: keys");
        });

    assertThat(store.require(PrefixListing.class).list("", LIMIT)).containsOnlyKeys("a", "ä");
  }

  @ParameterizedTest
  @ValueSource(strings = {"b\na\n", "a\na\n", "x\n", "a\n%\n", "a b\n", "\n"})
  void oddListsAreErrors(String keys) {
    server.behave(HttpFaults.status(200, keys, "X-Mooncake-Listing: keys"));
    String prefix = keys.startsWith("x") ? "a" : "";

    assertFails(
        ErrorCode.METADATA,
        () -> store.require(PrefixListing.class).list(prefix, LIMIT),
        "listing " + prefix + "*",
        "list");
  }

  @Test
  void aServerThatRepeatsItsListIsNotAskedForever() {
    server.behave(HttpFaults.status(200, "a\nb\n", "X-Mooncake-Listing: keys"));

    assertFails(
        ErrorCode.METADATA, () -> store.require(PrefixListing.class).list("", LIMIT), "listed a");
  }

  @Test
  void aUserIsSentButNotShown() {
    server.behave(HttpFaults.status(403, "no"));
    for (MetadataStore secret :
        List.of(
            TestStores.of(server.url("/m").replace("//", "//al%40ice:se%3Acret@")),
            TestStores.of(server.url("/m"), "user", "al@ice", "password", "se:cret"))) {
      try (secret) {
        assertThat(assertFails(ErrorCode.METADATA, () -> secret.get("k", LIMIT), "status 403"))
            .hasMessageNotContainingAny("ice", "cret");
      }
      assertThat(last().header("Authorization")).hasValue("Basic YWxAaWNlOnNlOmNyZXQ=");
    }
  }

  @Test
  void aProxyIsUsedOnlyWhenItIsConfigured() {
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(new NoSelector());
    try (MetadataStore direct = TestStores.of(server.url("/metadata"));
        HttpStub proxy = HttpStub.start(HttpFaults.status(200, "by proxy"));
        MetadataStore indirect =
            TestStores.of("http://far.invalid/metadata", "proxy", "127.0.0.1:" + proxy.port())) {
      assertThat(direct.get("k", LIMIT)).isEmpty();
      assertThat(indirect.get("k", LIMIT)).hasValue("by proxy".getBytes(UTF_8));
      assertThat(proxy.requests().get(0).target()).isEqualTo("http://far.invalid/metadata?key=k");
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  /** Nobody may ask it. */
  private static final class NoSelector extends ProxySelector {
    @Override
    public List<Proxy> select(URI uri) {
      throw new AssertionError("the JVM's proxies were asked for");
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      throw new AssertionError("the JVM's proxies were used", failure);
    }
  }
}
