package io.mooncake4j.core.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PortRange;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server answers; golden bytes are those of real C++ Mooncake processes. */
class HandshakeServerTest {
  private static final String PROBE_REPLY = "{\"status\":\"success\"}\n";
  private static final String EMPTY_CONNECTION =
      "{\"local_gid\":\"\",\"local_lid\":0,\"local_nic_path\":\"\",\"payload\":\"\","
          + "\"peer_nic_path\":\"\",\"qp_num\":[],\"reply_msg\":\"\"}\n";

  private final RecordingService service = new RecordingService();
  private HandshakeServer server;

  static HandshakeServer start(HandshakeService service, HandshakeLimits limits) {
    PortRange ports = new PortRange(InetAddress.getLoopbackAddress(), 20_000, 30_000);
    return HandshakeServer.start(ports.listen(1024), service, limits);
  }

  @BeforeEach
  void startServer() {
    server = start(service, HandshakeLimits.of(1 << 20, Duration.ofSeconds(5)));
  }

  @AfterEach
  void stopServer() {
    server.close();
    Leaks.assertNoHandshakeThreads();
  }

  private byte[] exchange(byte[] request) throws IOException {
    try (RawClient client = new RawClient(server.address().getPort())) {
      return client.send(request).readAll();
    }
  }

  private void assertStillServing() throws IOException {
    assertThat(exchange(RawClient.frame(3, "{}\n"))).isEqualTo(RawClient.frame(3, PROBE_REPLY));
  }

  @Test
  void probeIsThatOfCpp() throws IOException {
    byte[] reply = exchange(RawClient.hex("04 00 00 00 00 00 00 00 03 7b 7d 0a"));

    assertThat(reply)
        .isEqualTo(
            RawClient.hex(
                "16 00 00 00 00 00 00 00 03 7b 22 73 74 61 74 75 73 22 3a 22 73 75 63 63 65 73 73"
                    + " 22 7d 0a"));
  }

  @Test
  void notifyIsThatOfCpp() throws IOException {
    byte[] reply =
        exchange(RawClient.frame(2, "{\"name\":\"req-1\",\"notify_msg\":\"hello notify\"}\n"));

    assertThat(reply)
        .isEqualTo(
            RawClient.hex(
                "24 00 00 00 00 00 00 00 02 7b 22 6e 61 6d 65 22 3a 22 22 2c 22 6e 6f 74 69 66 79"
                    + " 5f 6d 73 67 22 3a 22 73 75 63 63 65 73 73 22 7d 0a"));
    assertThat(service.notifications).containsExactly(new Notification("req-1", "hello notify"));
  }

  @Test
  void metadataIsWhatTheServiceSays() throws IOException {
    byte[] reply = exchange(RawClient.frame(1, "{\"name\":\"peer:1\"}\n"));

    assertThat(reply).isEqualTo(RawClient.frame(1, RecordingService.DESCRIPTOR));
    assertThat(service.descriptors).containsExactly(Attributes.map().put("name", "peer:1").build());
    service.onMetadata = peer -> null;
    assertThat(exchange(RawClient.frame(1, "{}\n"))).isEqualTo(RawClient.frame(1, "null\n"));
  }

  @Test
  void connectionIsThatOfCpp() throws IOException {
    assertThat(exchange(RawClient.frame(0, "{\"peer_nic_path\":\"a@b\"}\n")))
        .isEqualTo(RawClient.frame(0, EMPTY_CONNECTION))
        .hasSize(8 + 111);

    assertThat(service.connections.get(0).text("peer_nic_path")).isEqualTo("a@b");
    assertThat(service.connections.get(0).list("qp_num")).isEmpty();
    service.onConnection = request -> Attributes.map().put("payload", "p").build();
    assertThat(exchange(RawClient.frame(0, "{}\n")))
        .isEqualTo(
            RawClient.frame(0, EMPTY_CONNECTION.replace("\"payload\":\"\"", "\"payload\":\"p\"")));
  }

  @Test
  void anOldPeerIsAnsweredWithoutType() throws IOException {
    byte[] reply = exchange(RawClient.header(3, (byte) '{', (byte) '}', (byte) '\n'));

    assertThat(reply).isEqualTo(RawClient.header(110, EMPTY_CONNECTION.getBytes(UTF_8)));
  }

  @Test
  void takesAFrameInAnyPieces() throws IOException {
    try (RawClient client = new RawClient(server.address().getPort())) {
      for (byte single : RawClient.frame(3, "{}\n")) {
        client.send(new byte[] {single});
      }
      assertThat(client.readAll()).isEqualTo(RawClient.frame(3, PROBE_REPLY));
    }
  }

  @Test
  void answersAClientThatHasClosedItsDirection() throws IOException {
    try (RawClient client = new RawClient(server.address().getPort())) {
      client.send(RawClient.frame(3, "{}\n")).shutdownOutput();
      assertThat(client.readAll()).isEqualTo(RawClient.frame(3, PROBE_REPLY));
    }
  }

  @Test
  void sendsLargeRepliesWhole() throws IOException {
    byte[] large = ("{\"a\":\"" + "x".repeat(30_000_000) + "\"}\n").getBytes(UTF_8);
    service.onMetadata = peer -> large;

    byte[] reply = exchange(RawClient.frame(1, "{}\n"));

    assertThat(reply).hasSize(9 + large.length);
    assertThat(reply).endsWith((byte) '"', (byte) '}', (byte) '\n');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "\"x\"",
        "{\"qp_num\":[-1]}",
        "{\"qp_num\":[\"7\"]}",
        "{\"local_nic_path\":{}}",
      })
  void refusesConnectionsThatEndACppProcess(String body) throws IOException {
    String reply = new String(exchange(RawClient.frame(0, body)), UTF_8);

    assertThat(reply).contains("\"local_lid\":0").doesNotContain("\"reply_msg\":\"\"");
    assertThat(service.connections).isEmpty();
    assertStillServing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "{\"name\":{}}", "{\"notify_msg\":7}", "{}", "null"})
  void refusesNotificationsThatEndACppProcess(String body) throws IOException {
    assertThat(exchange(RawClient.frame(2, body)))
        .isEqualTo(RawClient.frame(2, "{\"name\":\"\",\"notify_msg\":\"\"}\n"));
    assertThat(service.notifications).isEmpty();
    assertStillServing();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0|null", "1|null", "1|[1]", "1|7", "3|null", "3|[1]"})
  void answersWhatCppSurvives(int type, String body) throws IOException {
    assertThat(exchange(RawClient.frame(type, body))).hasSizeGreaterThan(9);
    assertStillServing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "no JSON", "{\"a\":\"\\x\"}", "[[[["})
  void dropsWhatIsNoJson(String body) throws IOException {
    for (int type = 0; type <= 3; type++) {
      assertThat(exchange(RawClient.frame(type, body))).isEmpty();
    }
    assertStillServing();
  }

  @Test
  void dropsWhatIsNestedTooDeep() throws IOException {
    assertThat(exchange(RawClient.frame(1, "[".repeat(1_000_000)))).isEmpty();
    assertStillServing();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, (1 << 20) + 1, 1L << 40, Long.MAX_VALUE})
  void dropsLengthsOutOfRange(long length) throws IOException {
    assertThat(exchange(RawClient.header(length, (byte) 1, (byte) '{', (byte) '}'))).isEmpty();
    assertStillServing();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 0x7F, 0x80, 0xFE, 0xFF})
  void dropsUnknownTypes(int type) throws IOException {
    assertThat(exchange(RawClient.frame(type, "{}\n"))).isEmpty();
    assertStillServing();
  }

  @Test
  void dropsClientsThatCloseEarly() throws IOException {
    for (int bytes = 0; bytes < 12; bytes++) {
      try (RawClient client = new RawClient(server.address().getPort())) {
        client.send(Arrays.copyOf(RawClient.frame(3, "{}\n"), bytes)).shutdownOutput();
        assertThat(client.readAll()).isEmpty();
      }
    }
    assertStillServing();
  }

  @Test
  void aConnectionThatTheServiceRefusesCarriesItsWords() throws IOException {
    service.onConnection =
        request -> {
          throw new MooncakeException(ErrorCode.ENDPOINT, "no NIC of that name");
        };
    assertThat(new String(exchange(RawClient.frame(0, "{}")), UTF_8))
        .contains("\"reply_msg\":\"no NIC of that name\"");
  }

  @Test
  void aServiceThatAnswersBadlyHarmsOneRequest() throws IOException {
    service.onConnection = request -> Attributes.map().put("qp_num", "seven").build();
    assertThat(new String(exchange(RawClient.frame(0, "{}")), UTF_8))
        .contains("qp_num", "no array");
    service.onConnection = request -> Attributes.of(7);
    assertThat(new String(exchange(RawClient.frame(0, "{}")), UTF_8))
        .doesNotContain("\"reply_msg\":\"\"");
    service.onMetadata =
        peer -> {
          throw new MooncakeException(ErrorCode.CLOSED, "closed");
        };
    assertThat(exchange(RawClient.frame(1, "{}"))).isEmpty();
    service.onNotify =
        notification -> {
          throw new MooncakeException(ErrorCode.CLOSED, "closed");
        };
    assertThat(exchange(RawClient.frame(2, "{\"notify_msg\":\"m\"}"))).isEmpty();
    assertStillServing();
  }

  @Test
  void refusedNotificationsAreAnsweredEmpty() throws IOException {
    service.onNotify = notification -> false;
    assertThat(exchange(RawClient.frame(2, "{\"notify_msg\":\"m\"}")))
        .isEqualTo(RawClient.frame(2, "{\"name\":\"\",\"notify_msg\":\"\"}\n"));
  }
}
