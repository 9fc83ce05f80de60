package io.mooncake4j.core.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.spi.PortRange;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that are silent, slow, many or gone, services that hang, and what closing leaves. */
class HandshakeServerFaultTest {
  private static final HandshakeLimits PATIENT =
      HandshakeLimits.of(1 << 20, Duration.ofSeconds(60));

  /** Far below every deadline of the silent clients, far above what a busy machine needs. */
  private static final Duration PROMPT = Duration.ofSeconds(2);

  private static final byte[] PROBE = RawClient.frame(3, "{}\n");
  private static final byte[] PROBE_REPLY = RawClient.frame(3, "{\"status\":\"success\"}\n");

  private final RecordingService service = new RecordingService();
  private final List<RawClient> clients = new ArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private HandshakeServer server;
  private Set<String> socketsBefore;

  @BeforeEach
  void countSockets() {
    socketsBefore = Leaks.sockets();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    release.countDown();
    for (RawClient client : clients) {
      client.close();
    }
    server.close();
    Leaks.assertNoHandshakeThreads();
    Leaks.assertNoSocketsBeside(socketsBefore);
  }

  private void start(HandshakeLimits limits) {
    server = HandshakeServerTest.start(service, limits);
  }

  private static HandshakeLimits limits(Duration exchange, Duration service, Duration linger) {
    return new HandshakeLimits(1 << 20, exchange, service, linger, 512);
  }

  private RawClient connect() throws IOException {
    RawClient client = new RawClient(server.address().getPort());
    clients.add(client);
    return client;
  }

  private void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration timeOf(Callable<byte[]> exchange, byte[] expected) throws Exception {
    long start = System.nanoTime();
    assertThat(exchange.call()).isEqualTo(expected);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void assertPromptlyServing() throws Exception {
    assertThat(timeOf(() -> connect().send(PROBE).readAll(), PROBE_REPLY)).isLessThan(PROMPT);
    byte[] metadata = RawClient.frame(1, "{}\n");
    assertThat(
            timeOf(
                () -> connect().send(metadata).readAll(),
                RawClient.frame(1, RecordingService.DESCRIPTOR)))
        .isLessThan(PROMPT);
  }

  @Test
  void twoHundredSilentClientsDelayNobody() throws Exception {
    start(PATIENT);
    for (int i = 0; i < 200; i++) {
      RawClient client = connect();
      if (i % 2 == 0) {
        client.send(RawClient.header(1000, (byte) 1, (byte) '{'));
      }
    }

    assertPromptlyServing();

    assertThat(Leaks.handshakeThreads()).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void beyondTheBoundTheOldestIdleClientMakesRoom() throws Exception {
    start(
        new HandshakeLimits(
            1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60), 8));
    List<RawClient> silent = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      silent.add(connect());
    }
    // All eight have been accepted when the ninth is answered, which costs the first its place.
    assertPromptlyServing();

    assertThat(silent.get(0).readAll()).isEmpty();
    assertThat(silent.get(7).send(PROBE).readAll()).isEqualTo(PROBE_REPLY);
    for (int i = 0; i < 100; i++) {
      connect();
    }
    assertPromptlyServing();
    assertThat(server.counts().rejected()).isBetween(94L, 101L);
    assertThat(server.counts().connected()).isLessThanOrEqualTo(8);
  }

  @Test
  void clientsThatAreBeingAnsweredKeepTheirPlace() throws Exception {
    start(
        new HandshakeLimits(
            1 << 20, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60), 2));
    CountDownLatch entered = new CountDownLatch(2);
    service.onConnection =
        request -> {
          entered.countDown();
          await(release);
          return null;
        };
    RawClient first = connect().send(RawClient.frame(0, "{}"));
    RawClient second = connect().send(RawClient.frame(0, "{}"));
    await(entered);

    assertThat(connect().readAll()).isEmpty();
    assertThat(server.counts().rejected()).isEqualTo(1);
    assertThat(server.counts().accepted()).isEqualTo(2);
    release.countDown();

    assertThat(first.readText()).contains("\"reply_msg\":\"\"");
    assertThat(second.readText()).contains("\"reply_msg\":\"\"");
  }

  @Test
  void aSilentClientIsDroppedAtItsDeadline() throws Exception {
    start(limits(Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(60)));

    assertThat(timeOf(() -> connect().readAll(), new byte[0]))
        .isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
  }

  @Test
  void aClientThatTricklesIsDroppedAtTheSameDeadline() throws Exception {
    start(limits(Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofSeconds(60)));
    RawClient client = connect().send(RawClient.header(1 << 20, (byte) 1));
    long start = System.nanoTime();

    assertThatThrownBy(
            () -> {
              while (System.nanoTime() - start < Duration.ofSeconds(10).toNanos()) {
                client.send(new byte[] {' '});
              }
            })
        .isInstanceOf(IOException.class);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertPromptlyServing();
  }

  @Test
  void anEndlessBodyIsCutAtItsLength() throws Exception {
    start(limits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(200)));
    RawClient client = connect().send(PROBE);

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10_000; i++) {
                client.send(new byte[64 * 1024]);
              }
            })
        .isInstanceOf(IOException.class);

    assertPromptlyServing();
  }

  @Test
  void aClientThatDoesNotCloseDelaysNobodyAndIsClosed() throws Exception {
    start(limits(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(300)));
    RawClient lingering = connect().send(PROBE);
    assertThat(lingering.readAll()).isEqualTo(PROBE_REPLY);

    assertPromptlyServing();

    Leaks.await("the server closes the connection", () -> sendFails(lingering));
  }

  private static boolean sendFails(RawClient client) {
    try {
      client.send(new byte[1]);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aClientThatDoesNotReadItsReplyIsDropped() throws Exception {
    start(limits(Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofSeconds(60)));
    byte[] large = new byte[50_000_000];
    CountDownLatch asked = new CountDownLatch(1);
    service.onMetadata =
        peer -> {
          asked.countDown();
          return large;
        };
    RawClient deaf = connect().send(RawClient.frame(1, "{}"));
    await(asked);
    service.onMetadata = peer -> RecordingService.DESCRIPTOR.getBytes(UTF_8);

    assertPromptlyServing();

    Leaks.await("the server drops the client", () -> sendFails(deaf));
    assertThat(deaf.readAll().length).isLessThan(large.length);
  }

  @Test
  void aSlowConnectionDelaysNoOtherRequest() throws Exception {
    start(PATIENT);
    CountDownLatch entered = new CountDownLatch(8);
    service.onConnection =
        request -> {
          entered.countDown();
          await(release);
          return null;
        };
    for (int i = 0; i < 20; i++) {
      connect().send(RawClient.frame(0, "{}"));
    }
    await(entered);

    assertPromptlyServing();

    release.countDown();
    for (RawClient client : clients.subList(0, 20)) {
      assertThat(client.readText()).contains("\"reply_msg\":\"\"");
    }
  }

  @Test
  void aServiceThatHangsCostsItsClientTheConnection() throws Exception {
    start(limits(Duration.ofSeconds(60), Duration.ofMillis(200), Duration.ofSeconds(60)));
    service.onConnection =
        request -> {
          await(release);
          return null;
        };

    assertThat(connect().send(RawClient.frame(0, "{}")).readAll()).isEmpty();

    assertPromptlyServing();
  }

  @Test
  void anErrorInTheServiceCostsItsClientTheConnection() throws Exception {
    start(PATIENT);
    service.onMetadata =
        peer -> {
          throw new RuntimeException("a defect that this test makes on purpose");
        };

    assertThat(connect().send(RawClient.frame(1, "{}")).readAll()).isEmpty();

    service.onMetadata = peer -> RecordingService.DESCRIPTOR.getBytes(UTF_8);
    assertPromptlyServing();
  }

  @Test
  void memoryThatRunsOutInTheServiceCostsItsClientTheConnection() throws Exception {
    start(PATIENT);
    service.onMetadata =
        peer -> {
          throw new OutOfMemoryError("made by this test on purpose");
        };

    assertThat(connect().send(RawClient.frame(1, "{}")).readAll()).isEmpty();

    service.onMetadata = peer -> RecordingService.DESCRIPTOR.getBytes(UTF_8);
    assertPromptlyServing();
  }

  @Test
  void memoryThatRunsOutWhileAcceptingDelaysClientsOnly() throws Exception {
    ServerSocketChannel listener =
        new PortRange(InetAddress.getLoopbackAddress(), 20_000, 30_000).listen(16);
    AtomicInteger failures = new AtomicInteger();
    server =
        HandshakeServer.start(
            listener,
            () -> {
              if (failures.getAndIncrement() < 2) {
                throw new OutOfMemoryError("made by this test on purpose");
              }
              return listener.accept();
            },
            service,
            PATIENT);

    assertPromptlyServing();

    assertThat(failures).hasValueGreaterThanOrEqualTo(4);
  }

  @Test
  void memoryForAllFramesTogetherIsBounded() throws Exception {
    start(PATIENT);
    byte[] body = RawClient.frame(3, "{}" + " ".repeat((1 << 20) - 3));
    byte[] allButOne = Arrays.copyOf(body, body.length - 1);
    List<RawClient> half = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      half.add(connect().send(allButOne));
    }
    byte[] last = {' '};

    assertThat(half.get(0).readAll()).isEmpty();
    assertThat(half.get(79).send(last).readAll()).isEqualTo(PROBE_REPLY);
    assertPromptlyServing();
  }

  @Test
  void servesManyClientsAtATime() throws Exception {
    start(PATIENT);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> results = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        results.add(threads.submit(this::hundredExchanges));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo(100);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(service.notifications).hasSize(800);
  }

  private int hundredExchanges() throws IOException {
    int good = 0;
    byte[] request = RawClient.frame(2, "{\"name\":\"n\",\"notify_msg\":\"m\"}");
    for (int i = 0; i < 100; i++) {
      try (RawClient client = new RawClient(server.address().getPort())) {
        good += client.send(request).readText().endsWith("success\"}\n") ? 1 : 0;
      }
    }
    return good;
  }

  @Test
  void closingEndsEverythingEvenWhileTheServiceHangs() throws Exception {
    start(PATIENT);
    CountDownLatch entered = new CountDownLatch(1);
    service.onConnection =
        request -> {
          entered.countDown();
          await(release);
          return null;
        };
    RawClient served = connect().send(RawClient.frame(0, "{}"));
    RawClient silent = connect();
    await(entered);

    long start = System.nanoTime();
    server.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(served.readAll()).isEmpty();
    assertThat(silent.readAll()).isEmpty();
    assertThatThrownBy(() -> new RawClient(server.address().getPort()).close())
        .isInstanceOf(IOException.class);
    server.close();
  }
}
