package io.mooncake4j.plugins.metadata.http;

import static io.mooncake4j.plugins.metadata.http.TestStores.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.metadata.server.MetadataServer;
import io.mooncake4j.metadata.server.MetadataServerConfiguration;
import io.mooncake4j.spi.MetadataStore.PrefixListing;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.testkit.MetadataStoreContract;
import io.mooncake4j.testkit.MetadataStoreFixture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract, and more, against mooncake4j's metadata server. */
class MetadataServerContractTest extends MetadataStoreContract {
  private static final List<String> HOSTILE =
      List.of(
          "\u0000",
          "line\r\nHost: elsewhere",
          "tab\tand\u007fdelete",
          "?key=other&prefix=x#part",
          "../../etc/passwd",
          "%2F%00%",
          "+ +",
          "\u202ereversed",
          "ÄÖ€\uFFFF😀",
          "'\"<>\\^`{|}",
          "long".repeat(200));

  @Override
  protected MetadataStoreFixture fixture() {
    return new Fixture();
  }

  private static MetadataServer server(int port) {
    return MetadataServer.start(
        MetadataServerConfiguration.at(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
  }

  private static final class Fixture extends MetadataStoreFixture {
    private MetadataServer server = server(0);

    @Override
    public MetadataStoreProvider provider() {
      return new HttpStoreProvider();
    }

    @Override
    public String connection() {
      return "http://127.0.0.1:" + server.port() + MetadataServer.PATH;
    }

    @Override
    public boolean isThreadOfTheServer(Thread thread) {
      return thread.getName().startsWith("http-metadata");
    }

    @Override
    public Optional<Outage> takeDown() {
      int port = server.port();
      server.close();
      return Optional.of(() -> server = server(port));
    }

    @Override
    public void close() {
      server.close();
    }
  }

  @Test
  void hostileKeysAreKeysLikeOthers() {
    for (String name : HOSTILE) {
      store().put(key(name), name.getBytes(StandardCharsets.UTF_8), LIMIT);
    }
    for (String name : HOSTILE) {
      assertThat(store().get(key(name), LIMIT)).as(name).isPresent();
    }
    assertThat(store().require(PrefixListing.class).list(key(""), LIMIT).keySet())
        .containsExactlyInAnyOrderElementsOf(HOSTILE.stream().map(this::key).toList());
    for (String name : HOSTILE) {
      assertThat(store().remove(key(name), LIMIT)).as(name).isTrue();
    }
  }

  @Test
  void keysThatAreNoTextHideNoOthers() throws Exception {
    store().put(key("a"), new byte[] {1}, LIMIT);
    store().put(key("ä"), new byte[] {2}, LIMIT);
    String address = usedFixture().connection() + "?key=" + PercentEncoding.encode(key(""));
    for (String odd : List.of("%80", "%ff%fe", "%c3")) {
      HttpRequest put =
          HttpRequest.newBuilder(URI.create(address + odd))
              .timeout(LIMIT)
              .PUT(HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      assertThat(HttpClient.newHttpClient().send(put, BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
    }

    assertThat(store().require(PrefixListing.class).list(key(""), LIMIT))
        .containsOnlyKeys(key("a"), key("ä"));
  }

  @Test
  void aKeyBeyondTheServersLimitIsRefusedInWords() {
    assertFails(
        ErrorCode.METADATA,
        () -> store().put("k".repeat(1 << 20), new byte[1], LIMIT),
        "answered with status 4");
  }

  @Test
  void aDifferentRecordOfAnEngineIsRefusedAsByCpp() {
    store().put(key("rpc_meta/a"), new byte[] {1}, LIMIT);
    store().put(key("rpc_meta/a"), new byte[] {1}, LIMIT);
    assertFails(
        ErrorCode.METADATA,
        () -> store().put(key("rpc_meta/a"), new byte[] {2}, LIMIT),
        "status 400 \"Duplicate rpc_meta key not allowed\"");
  }

  @Test
  void aListIsReadPageByPage() {
    for (int i = 0; i < 1500; i++) {
      store().put(key("many/" + i), new byte[] {(byte) i}, LIMIT);
    }
    assertThat(store().require(PrefixListing.class).list(key("many/"), LIMIT.multipliedBy(6)))
        .hasSize(1500)
        .containsEntry(key("many/7"), new byte[] {7});
  }
}
