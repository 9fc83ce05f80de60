package io.mooncake4j.core.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.core.handshake.HandshakeClient.Settings;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PortRange;
import java.net.InetAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against the server. */
class HandshakeClientTest {
  static final Settings SETTINGS =
      new Settings(Duration.ofSeconds(5), Duration.ofSeconds(10), 1 << 20, false);

  private final RecordingService service = new RecordingService();
  private Set<String> socketsBefore;
  private HandshakeServer server;
  private HandshakeClient client;
  private int port;

  @BeforeEach
  void start() {
    socketsBefore = Leaks.sockets();
    server = HandshakeServerTest.start(service, HandshakeLimits.of(1 << 20, Duration.ofSeconds(5)));
    port = server.address().getPort();
    client = new HandshakeClient(SETTINGS);
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    server.close();
    Leaks.assertNoHandshakeThreads();
    Leaks.assertNoSocketsBeside(socketsBefore);
  }

  @Test
  void fetchesADescriptor() {
    byte[] own = "{\"name\":\"me\"}\n".getBytes(UTF_8);

    assertThat(client.fetchDescriptor("127.0.0.1", port, own))
        .asString()
        .isEqualTo(RecordingService.DESCRIPTOR);
    assertThat(service.descriptors).containsExactly(Attributes.map().put("name", "me").build());
  }

  @Test
  void fetchesALargeDescriptor() {
    byte[] large = (" ".repeat((1 << 20) - 3) + "{}").getBytes(UTF_8);
    service.onMetadata = peer -> large;

    assertThat(client.fetchDescriptor("localhost", port, large)).isEqualTo(large);
  }

  @Test
  void connects() {
    service.onConnection = request -> Attributes.map().put("payload", "pong").build();

    Attributes answer =
        client.connection("127.0.0.1", port, Attributes.map().put("payload", "ping").build());

    assertThat(answer.text("payload")).isEqualTo("pong");
    assertThat(answer.text("local_nic_path")).isEmpty();
    assertThat(service.connections.get(0).text("payload")).isEqualTo("ping");
  }

  @Test
  void aRefusedConnectionCarriesThePeersWords() {
    service.onConnection =
        request -> {
          throw new MooncakeException(ErrorCode.ENDPOINT, "path inconsistency");
        };

    assertFails(
        ErrorCode.REJECTED_HANDSHAKE,
        "path inconsistency",
        () -> client.connection("127.0.0.1", port, Attributes.emptyMap()));
  }

  @Test
  void notifies() {
    Notification notification = new Notification("n", "\u00e4");
    client.notify("127.0.0.1", port, notification);

    assertThat(service.notifications).containsExactly(notification);
    service.onNotify = refused -> false;
    assertFails(
        ErrorCode.REJECTED_HANDSHAKE,
        "did not take the notification",
        () -> client.notify("127.0.0.1", port, notification));
  }

  @Test
  void probes() {
    assertThat(client.probe("127.0.0.1", port)).isEqualTo(Liveness.ALIVE);
    server.close();
    assertThat(client.probe("127.0.0.1", port)).isEqualTo(Liveness.UNREACHABLE);
  }

  @Test
  void speaksIpv6() throws Exception {
    InetAddress loopback = InetAddress.getAllByName("::1")[0];
    ServerSocketChannel listener;
    try {
      listener = new PortRange(loopback, 20_000, 30_000).listen(8);
    } catch (MooncakeException e) {
      abort("SKIPPED: no IPv6 loopback on this host: " + e.getMessage());
      return;
    }
    try (HandshakeServer six = HandshakeServer.start(listener, service, limits())) {
      assertThat(client.probe("::1", six.address().getPort())).isEqualTo(Liveness.ALIVE);
      assertThat(client.probe("0:0:0:0:0:0:0:1", six.address().getPort()))
          .isEqualTo(Liveness.ALIVE);
    }
  }

  private static HandshakeLimits limits() {
    return HandshakeLimits.of(1 << 20, Duration.ofSeconds(5));
  }

  @Test
  void refusesPortsThatAreNone() {
    for (int bad : new int[] {0, -1, 65536}) {
      assertFails(ErrorCode.INVALID_ARGUMENT, "no address", () -> client.probe("127.0.0.1", bad));
    }
  }

  @Test
  void callsDoNotWaitForEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<Liveness>> results = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        results.add(threads.submit(() -> client.probe("localhost", port)));
      }
      for (Future<Liveness> result : results) {
        assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo(Liveness.ALIVE);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void afterCloseCallsAreRefused() {
    client.close();
    client.close();

    assertFails(ErrorCode.CLOSED, "closed", () -> client.probe("127.0.0.1", port));
    assertFails(ErrorCode.CLOSED, "closed", () -> client.probe("localhost", port));
  }

  static void assertFails(ErrorCode code, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(MooncakeException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}
