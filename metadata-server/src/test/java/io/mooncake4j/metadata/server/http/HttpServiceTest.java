package io.mooncake4j.metadata.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.metadata.server.http.RawClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients can do to the server, good ones and bad ones. */
@Timeout(60)
class HttpServiceTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final HttpLimits LIMITS = HttpLimits.DEFAULT.withBodyBytes(1000);
  private static final HttpLimits IMPATIENT =
      LIMITS.withTimes(Duration.ofMillis(400), Duration.ofMillis(300), Duration.ofSeconds(1));

  private final List<AutoCloseable> open = new ArrayList<>();

  private HttpService start(HttpLimits limits) {
    return start(limits, "/echo", request -> HttpResponse.of(200, "x/y", request.body()));
  }

  private HttpService start(HttpLimits limits, String path, HttpHandler handler) {
    HttpService service =
        HttpService.start(
            "test",
            ANY_PORT,
            "--port",
            Map.of(
                path,
                new HttpEndpoint(List.of("GET", "PUT"), handler),
                "/read",
                HttpEndpoint.reading(request -> HttpResponse.text(200, request.query()))),
            limits);
    open.add(service);
    return service;
  }

  private RawClient connect(HttpService service) {
    RawClient client = new RawClient(service.port());
    open.add(client);
    return client;
  }

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private static byte[] bytes(int length) {
    return "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void answersAndTellsNothingAboutItself() throws Exception {
    Answer answer = connect(start(LIMITS)).request("PUT", "/echo", bytes(5)).answer();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("xxxxx");
    assertThat(answer.headers()).containsOnlyKeys("content-type", "content-length", "date");
  }

  @Test
  void givesTheQueryAsItCame() throws Exception {
    RawClient client = connect(start(LIMITS));
    assertThat(client.request("GET", "/read?k=%00+%ZZ%", null).answer().text())
        .isEqualTo("k=%00+%ZZ%");
    assertThat(client.request("GET", "/read", null).answer().text()).isEmpty();
  }

  @Test
  void leavesTheBodyOutForHead() throws Exception {
    RawClient client = connect(start(LIMITS));
    Answer answer = client.request("HEAD", "/read?abc", null).answer(false);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-length")).isEqualTo("3");
    assertThat(client.request("GET", "/read?abc", null).answer().text()).isEqualTo("abc");
  }

  @Test
  void refusesUnknownPathsAndOtherMethods() throws Exception {
    RawClient client = connect(start(LIMITS));
    assertThat(client.request("GET", "/other", null).answer().status()).isEqualTo(404);
    assertThat(client.request("GET", "/echo/", null).answer().status()).isEqualTo(404);
    Answer answer = client.request("POST", "/echo", bytes(3)).answer();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("GET, PUT");
    assertThat(answer.text()).isEqualTo("Method not allowed");
    for (String method : List.of("HEAD", "OPTIONS", "TRACE", "BREW")) {
      assertThat(connect(open()).request(method, "/echo", null).answer(false).status())
          .as(method)
          .isEqualTo(405);
    }
  }

  private HttpService open() {
    return (HttpService) open.get(0);
  }

  @Test
  void servesPipelinedRequestsInOrder() throws Exception {
    RawClient client = connect(start(LIMITS));
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      all.append("GET /read?n").append(i).append(" HTTP/1.1\r\nHost: test\r\n\r\n");
    }
    client.send(all.toString());
    for (int i = 0; i < 100; i++) {
      assertThat(client.answer().text()).isEqualTo("n" + i);
    }
  }

  @Test
  void takesChunkedBodies() throws Exception {
    RawClient client = connect(start(LIMITS));
    client.send("PUT /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(client.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").answer().text()).isEqualTo("abcde");
  }

  @Test
  void refusesBodiesThatAreTooLong() throws Exception {
    HttpService service = start(LIMITS);
    assertThat(connect(service).request("PUT", "/echo", bytes(1000)).answer().status())
        .isEqualTo(200);
    assertThat(connect(service).request("PUT", "/echo", bytes(1001)).answer().status())
        .isEqualTo(413);
    assertThat(connect(service).request("PUT", "/echo", bytes(4 << 20)).answer().status())
        .isEqualTo(413);
    RawClient announcing = connect(service);
    announcing.send("PUT /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9000000000\r\n\r\n");
    assertThat(announcing.answer().status()).isEqualTo(413);
    RawClient polite = connect(service);
    polite.send(
        "PUT /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n");
    assertThat(polite.answer().status()).isEqualTo(413);
  }

  @Test
  void asksForTheBodyOfAClientThatWaitsToBeAsked() throws Exception {
    RawClient client = connect(start(LIMITS));
    client.send(
        "PUT /echo HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assertThat(client.answer().status()).isEqualTo(100);
    assertThat(client.send("abcde").answer().text()).isEqualTo("abcde");
  }

  @Test
  void endsEndlessBodies() throws Exception {
    RawClient client = connect(start(LIMITS));
    client.send("PUT /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
    byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                client.send(chunk);
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesHeadersThatAreTooLong() throws Exception {
    HttpService service = start(LIMITS);
    assertThat(connect(service).request("GET", "/read?" + "k".repeat(60_000), null).answer())
        .satisfies(answer -> assertThat(answer.status()).isEqualTo(414));
    RawClient client = connect(service);
    client.send("GET /read HTTP/1.1\r\nHost: test\r\nX: " + "k".repeat(60_000) + "\r\n\r\n");
    assertThat(client.answer().status()).isEqualTo(431);
  }

  @Test
  void answersGarbageWithout500() throws Exception {
    HttpService service = start(LIMITS);
    for (String garbage :
        List.of(
            "garbage\r\n\r\n",
            "GET /read\r\n\r\n",
            "GET /read HTTP/9.9\r\n\r\n",
            "GET /read HTTP/1.1\r\n\r\n",
            "GET /\u0000 HTTP/1.1\r\nHost: t\r\n\r\n",
            "PUT /echo HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
            "PUT /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
            "PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")) {
      String answer = connect(service).send(garbage).untilClosed();
      assertThat(answer).as(garbage).doesNotContain("Jetty", "jetty", "Exception", "\tat ");
      assertThat(answer)
          .as(garbage)
          .doesNotStartWith("HTTP/1.1 500")
          .doesNotStartWith("HTTP/1.1 2");
    }
    assertThat(connect(service).request("GET", "/read?ok", null).answer().text()).isEqualTo("ok");
  }

  @Test
  void aFailingHandlerIsAnswered500AndTheNextRequestIsServed() throws Exception {
    RawClient client =
        connect(
            start(
                LIMITS,
                "/fail",
                request -> {
                  throw new IllegalStateException("the secret cause");
                }));
    Answer answer = client.request("GET", "/fail", null).answer();
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.text()).isEqualTo("Server error");
    assertThat(client.request("GET", "/read?on", null).answer().text()).isEqualTo("on");
  }

  @Test
  void closesSilentConnections() {
    assertThat(connect(start(IMPATIENT)).untilClosed()).isEmpty();
  }

  @Test
  void closesConnectionsWhoseHeadersDrip() throws Exception {
    RawClient client = connect(start(IMPATIENT));
    client.send("GET /read HTTP/1.1\r\nHost: test\r\nX: ");
    assertThat(drip(client)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void closesConnectionsWhoseBodyDrips() throws Exception {
    HttpService service = start(IMPATIENT);
    RawClient client = connect(service);
    client.send("PUT /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 900\r\n\r\n");
    assertThat(drip(client)).isLessThan(Duration.ofSeconds(20));
    RawClient silent = connect(service);
    silent.send("PUT /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 900\r\n\r\nabc");
    assertThat(silent.answer().status()).isEqualTo(408);
    assertThat(silent.untilClosed()).isEmpty();
  }

  /** Sends a byte every 20 ms until the connection is gone; returns how long that took. */
  private static Duration drip(RawClient client) throws InterruptedException {
    long begin = System.nanoTime();
    CountDownLatch gone = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              client.untilClosed();
              gone.countDown();
            });
    reader.start();
    try {
      while (!gone.await(20, TimeUnit.MILLISECONDS)) {
        client.send("x");
      }
    } catch (IOException e) {
      // It is gone.
    }
    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void manySlowBodiesDoNotStopTheOthers() throws Exception {
    HttpService service = start(LIMITS);
    for (int i = 0; i < 200; i++) {
      connect(service).send("PUT /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 900\r\n\r\nabc");
    }
    assertThat(connect(service).request("GET", "/read?ok", null).answer().text()).isEqualTo("ok");
  }

  @Test
  void aFullServerServesAgainWhenSilentConnectionsHaveGone() throws Exception {
    HttpService service = start(LIMITS.withConnections(4));
    for (int i = 0; i < 6; i++) {
      connect(service);
    }
    assertThat(connect(service).request("GET", "/read?ok", null).answer().text()).isEqualTo("ok");
  }

  @Test
  void unfinishedRequestsEndBeforeItStops() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    HttpService service =
        start(
            LIMITS,
            "/slow",
            request -> {
              begun.countDown();
              try {
                assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return HttpResponse.text(200, "done");
            });
    RawClient client = connect(service).request("GET", "/slow", null);
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    Thread closing = new Thread(service::close);
    closing.start();
    go.countDown();
    assertThat(client.answer().text()).isEqualTo("done");
    closing.join(20_000);
    assertThat(closing.isAlive()).isFalse();
    assertThatThrownBy(() -> connect(service).request("GET", "/read", null).answer())
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void saysWhereItCannotListen() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
      assertThatThrownBy(() -> HttpService.start("test", address, "--port", Map.of(), LIMITS))
          .isInstanceOfSatisfying(
              MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOCKET))
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("Address already in use")
          .hasMessageContaining("--port");
    }
    InetSocketAddress nowhere = InetSocketAddress.createUnresolved("no.such.host.invalid", 80);
    assertThatThrownBy(() -> HttpService.start("test", nowhere, "--host", Map.of(), LIMITS))
        .hasMessageContaining("no.such.host.invalid:80 (the host name does not resolve)");
  }
}
