package io.mooncake4j.plugins.metadata.http;

import static io.mooncake4j.plugins.metadata.http.TestStores.LIMIT;
import static io.mooncake4j.plugins.metadata.http.TestStores.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.http.HttpBehaviour;
import io.mooncake4j.testkit.http.HttpFaults;
import io.mooncake4j.testkit.http.HttpStub;
import io.mooncake4j.testkit.http.MetadataRecords;
import io.mooncake4j.testkit.http.MetadataRecords.Dialect;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that misbehave: an error in words within the deadline, and recovery by itself. */
class HttpFaultsTest {
  private final MetadataRecords records = new MetadataRecords(Dialect.CPP);
  private final HttpStub server = HttpStub.start(records);
  private final MetadataStore store =
      TestStores.of(server.url("/metadata"), "timeout", "700ms", "max-record-bytes", "64k");

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  static Stream<Arguments> faults() {
    String late = "no complete answer within 700 ms";
    return Stream.of(
        Arguments.of("silence", HttpFaults.silence(), ErrorCode.TIMEOUT, late),
        Arguments.of("slow head", HttpFaults.slowHead(), ErrorCode.TIMEOUT, late),
        Arguments.of("slow body", HttpFaults.slowBody(), ErrorCode.METADATA, "longer than 65536"),
        Arguments.of(
            "endless head", HttpFaults.endlessHead(), ErrorCode.METADATA, "unexpected end"),
        Arguments.of("endless body", HttpFaults.endlessBody(), ErrorCode.METADATA, "max-record"),
        Arguments.of("short body", HttpFaults.shortBody(), ErrorCode.METADATA, "cut off"),
        Arguments.of(
            "broken gzip", HttpFaultsTest.brokenGzip(), ErrorCode.METADATA, "ends too early"),
        Arguments.of("garbage", HttpFaults.garbage(), ErrorCode.METADATA, "is not HTTP"),
        Arguments.of("reset", HttpFaults.reset(), ErrorCode.METADATA, "the connection broke"),
        Arguments.of("nothing", HttpFaults.raw(""), ErrorCode.METADATA, "the connection broke"),
        Arguments.of(
            "odd length",
            HttpFaults.raw("HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n"),
            ErrorCode.METADATA,
            "failed"),
        Arguments.of(
            "odd chunks",
            HttpFaults.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
            ErrorCode.METADATA,
            "not HTTP"),
        Arguments.of(
            "500",
            HttpFaults.status(500, "out of\r\nmemory \u001b[31m" + "x".repeat(5000)),
            ErrorCode.METADATA,
            "status 500 \"out of  memory ?[31mxxx"),
        Arguments.of(
            "401", HttpFaults.status(401, "who?"), ErrorCode.METADATA, "mooncake.http.user"),
        Arguments.of(
            "redirect",
            HttpFaults.status(302, "", "Location: http://u:hush@elsewhere/m?key=k"),
            ErrorCode.METADATA,
            "redirects to http://elsewhere/m: write that address"));
  }

  private static HttpBehaviour brokenGzip() {
    return (request, to) -> to.answer(200, new byte[] {0x1F}, "Content-Encoding: gzip");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultIsAnErrorInWordsAndThenForgotten(
      String name, HttpBehaviour fault, ErrorCode code, String words) {
    store.put("mooncake/ram/a", new byte[] {1}, LIMIT);
    server.behave(fault);

    assertThat(
            assertFails(
                code,
                () -> store.get("mooncake/ram/a", LIMIT),
                server.url("/metadata") + ": reading mooncake/ram/a failed: ",
                words))
        .hasMessageNotContainingAny("hush", "null")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(700));
    server.behave(records);

    Await.until(() -> store.get("mooncake/ram/a", LIMIT).isPresent(), "the record is read again");
  }

  @Test
  void aSlowBodyOfARightLengthRunsIntoTheDeadline() {
    try (MetadataStore patient = TestStores.of(server.url("/metadata"), "timeout", "500ms")) {
      server.behave(HttpFaults.slowBody());
      assertFails(ErrorCode.TIMEOUT, () -> patient.get("k", LIMIT), "within 500 ms");
    }
  }

  @Test
  void theCallersTimeoutShortensTheDeadlineAndNeverLengthensIt() {
    server.behave(HttpFaults.silence());

    assertFails(
        ErrorCode.TIMEOUT, () -> store.put("k", new byte[1], Duration.ofMillis(50)), "50 ms");
    assertFails(ErrorCode.TIMEOUT, () -> store.remove("k", Duration.ofHours(1)), "700 ms");
    assertFails(ErrorCode.TIMEOUT, () -> store.get("k", Duration.ZERO), "0 ms");
  }

  @Test
  void aBodyLongerThanAnnouncedSpoilsAtMostTheNextCall() {
    server.behave(HttpFaults.longBody());
    assertThat(store.get("k", LIMIT)).hasValue(new byte[] {'{', '}'});
    server.behave(records);

    Await.until(
        () -> {
          try {
            return store.get("k", LIMIT).isEmpty();
          } catch (MooncakeException e) {
            return false;
          }
        },
        "the rest of an answer is not taken for the next one for good");
  }

  @Test
  void aServerThatIsDownIsNamedAndFoundAgain() {
    store.put("k", new byte[] {1}, LIMIT);
    server.stop();
    assertFails(
        ErrorCode.METADATA,
        () -> store.get("k", LIMIT),
        server.url("/metadata"),
        "cannot connect",
        "start the server or correct the address");
    server.restart();

    assertThat(store.get("k", LIMIT)).hasValue(new byte[] {1});
  }

  @Test
  void aServerRestartedBetweenTwoCallsIsNoError() {
    for (int round = 0; round < 5; round++) {
      store.put("k", new byte[] {1}, LIMIT);
      server.stop();
      server.restart();
    }
    assertThat(store.get("k", LIMIT)).isPresent();
  }

  @Test
  void aNameThatDoesNotResolveIsSaid() {
    try (MetadataStore lost = TestStores.of("http://no-such-host.invalid/metadata")) {
      assertFails(ErrorCode.DNS, () -> lost.get("k", LIMIT), "no-such-host.invalid", "resolve");
    }
  }

  @Test
  void aPortThatAcceptsNobodyRunsIntoTheConnectTimeout() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Crowd crowd = new Crowd(full);
        MetadataStore waiting =
            TestStores.of(
                "http://127.0.0.1:" + full.getLocalPort() + "/", "connect-timeout", "100ms")) {
      assertThat(crowd.sockets).isNotEmpty();
      assertFails(ErrorCode.TIMEOUT, () -> waiting.get("k", LIMIT), "cannot connect");
    }
  }

  /** Connections that nobody accepts, until no more are taken. */
  private static final class Crowd implements AutoCloseable {
    final List<SocketChannel> sockets = new ArrayList<>();

    Crowd(ServerSocket server) throws IOException {
      for (int i = 0; i < 8; i++) {
        var socket = SocketChannel.open();
        socket.configureBlocking(false);
        socket.connect(server.getLocalSocketAddress());
        sockets.add(socket);
      }
    }

    @Override
    public void close() throws IOException {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void tlsOnAPlainPortIsSaid() throws Exception {
    try (MetadataStore secure = TestStores.of(server.url("/metadata").replace("http", "https"))) {
      server.behave(HttpFaults.garbage());
      // The stub takes the greeting for an endless request line, as a plain server may.
      assertThat(catchThrowableOfType(MooncakeException.class, () -> secure.get("k", LIMIT)).code())
          .isIn(ErrorCode.METADATA, ErrorCode.TIMEOUT);
    }
    try (ScriptedListener plain = ScriptedListener.answering("HTTP/1.1 400 Bad Request\r\n\r\n");
        MetadataStore secure = TestStores.of("https://127.0.0.1:" + plain.port() + "/metadata")) {
      assertFails(
          ErrorCode.METADATA, () -> secure.get("k", LIMIT), "no secure connection", "speak https");
    }
  }

  @Test
  void recordsBeyondTheLimitAreNotSent() {
    var failure =
        catchThrowableOfType(
            MooncakeException.class, () -> store.put("k", new byte[(64 << 10) + 1], LIMIT));
    assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    assertThat(failure).hasMessageContaining("mooncake.http.max-record-bytes=65536");

    store.put("k", new byte[64 << 10], LIMIT);
    assertThat(store.get("k", LIMIT).orElseThrow()).hasSize(64 << 10);
  }

  @Test
  void slowCallsDelayNoOther() throws Exception {
    CountDownLatch arrived = new CountDownLatch(20);
    server.behave(
        (request, to) -> {
          if (request.target().contains("slow")) {
            arrived.countDown();
            to.pause(Duration.ofDays(1));
          }
          records.answer(request, to);
        });
    MetadataStore shared = TestStores.of(server.url("/metadata"), "timeout", "1m");
    try {
      List<CompletableFuture<Void>> slow = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        slow.add(
            CompletableFuture.runAsync(
                () -> shared.get("slow", LIMIT), task -> new Thread(task, "slow").start()));
      }
      assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();

      assertThat(shared.get("quick", LIMIT)).isEmpty();
      assertThat(slow).noneMatch(CompletableFuture::isDone);
      shared.close();
      for (CompletableFuture<Void> call : slow) {
        assertThat(call.handle((nothing, e) -> e.getCause()).get(20, TimeUnit.SECONDS))
            .hasMessageContaining("is closed");
      }
      assertFails(ErrorCode.CLOSED, () -> shared.get("quick", LIMIT));
    } finally {
      shared.close();
    }
  }

  @Test
  void anInterruptEndsAWait() throws Exception {
    server.behave(HttpFaults.silence());
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    try (MetadataStore waiting = TestStores.of(server.url("/metadata"), "timeout", "1m")) {
      Thread caller =
          new Thread(() -> failure.complete(catchThrowable(() -> waiting.get("k", LIMIT))));
      caller.start();
      Await.until(() -> !server.requests().isEmpty(), "the request arrives");
      caller.interrupt();

      assertThat(failure.get(20, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
    }
  }
}
