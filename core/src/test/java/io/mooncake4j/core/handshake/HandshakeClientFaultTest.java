package io.mooncake4j.core.handshake;

import static io.mooncake4j.core.handshake.HandshakeClientTest.SETTINGS;
import static io.mooncake4j.core.handshake.HandshakeClientTest.assertFails;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.Notification;
import io.mooncake4j.core.handshake.HandshakeClient.Settings;
import io.mooncake4j.spi.Attributes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against peers that break every rule. */
class HandshakeClientFaultTest {
  private static final Settings SHORT =
      new Settings(Duration.ofSeconds(5), Duration.ofMillis(400), 1 << 20, false);
  private static final Notification NOTIFICATION = new Notification("n", "m");

  private final List<AutoCloseable> toClose = new ArrayList<>();
  private Set<String> socketsBefore;

  @BeforeEach
  void countSockets() {
    socketsBefore = Leaks.sockets();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (AutoCloseable resource : toClose) {
      resource.close();
    }
    Leaks.assertNoHandshakeThreads();
    Leaks.assertNoSocketsBeside(socketsBefore);
  }

  private HandshakeClient client(Settings settings) {
    HandshakeClient client = new HandshakeClient(settings);
    toClose.add(client);
    return client;
  }

  private HandshakeClient client(Settings settings, NameLookup.Resolver resolver) {
    HandshakeClient client = new HandshakeClient(settings, resolver);
    toClose.add(client);
    return client;
  }

  private int peer(ScriptedPeer.Script script) throws IOException {
    ScriptedPeer peer = new ScriptedPeer(script);
    toClose.add(peer);
    return peer.port();
  }

  private static ScriptedPeer.Script replyWith(byte[] bytes) {
    return socket -> {
      ScriptedPeer.readFrame(socket);
      socket.getOutputStream().write(bytes);
    };
  }

  private static void assertFailsWithin(
      Duration atMost, ErrorCode code, String words, ThrowingCallable call) {
    long start = System.nanoTime();
    assertFails(code, words, call);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(atMost);
  }

  @Test
  void nobodyListens() throws IOException {
    ScriptedPeer peer = new ScriptedPeer(socket -> {});
    peer.close();

    assertFails(
        ErrorCode.SOCKET,
        "127.0.0.1:" + peer.port(),
        () -> client(SETTINGS).notify("127.0.0.1", peer.port(), NOTIFICATION));
  }

  @Test
  void connectionsThatAreNotAcceptedEndAtTheConnectTimeout() throws Exception {
    try (FullListener listener = new FullListener()) {
      Settings impatient =
          new Settings(Duration.ofMillis(300), Duration.ofSeconds(20), 1 << 20, false);
      assertFailsWithin(
          Duration.ofSeconds(5),
          ErrorCode.SOCKET,
          "connect-timeout",
          () -> client(impatient).notify("127.0.0.1", listener.port(), NOTIFICATION));
      assertFailsWithin(
          Duration.ofSeconds(5),
          ErrorCode.TIMEOUT,
          "too long to accept",
          () -> client(SHORT).notify("127.0.0.1", listener.port(), NOTIFICATION));
    }
  }

  @Test
  void aSilentPeerEndsAtTheDeadline() throws IOException {
    int port = peer(ScriptedPeer::readUntilClosed);

    assertFailsWithin(
        Duration.ofSeconds(5),
        ErrorCode.TIMEOUT,
        "too long to reply",
        () -> client(SHORT).fetchDescriptor("127.0.0.1", port, new byte[0]));
  }

  @Test
  void aPeerThatTricklesEndsAtTheDeadline() throws IOException {
    int port =
        peer(
            socket -> {
              ScriptedPeer.readFrame(socket);
              socket.getOutputStream().write(RawClient.header(1 << 20, (byte) 1));
              while (true) {
                socket.getOutputStream().write(' ');
              }
            });

    assertFailsWithin(
        Duration.ofSeconds(5),
        ErrorCode.TIMEOUT,
        "too long to reply",
        () -> client(SHORT).fetchDescriptor("127.0.0.1", port, new byte[0]));
  }

  @Test
  void aPeerThatDoesNotReadEndsAtTheDeadline() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    toClose.add(end::countDown);
    int port = peer(socket -> ScriptedPeer.await(end));

    assertFailsWithin(
        Duration.ofSeconds(5),
        ErrorCode.TIMEOUT,
        "too long to take in",
        () -> client(SHORT).fetchDescriptor("127.0.0.1", port, new byte[60_000_000]));
  }

  @Test
  void aPeerThatClosesAtOnce() throws IOException {
    int port = peer(socket -> {});

    assertFails(
        ErrorCode.SOCKET, "fails", () -> client(SETTINGS).notify("127.0.0.1", port, NOTIFICATION));
  }

  @Test
  void aPeerThatClosesInsteadOfReplying() throws IOException {
    int port = peer(ScriptedPeer::readFrame);

    assertFails(
        ErrorCode.SOCKET,
        "closed the connection",
        () -> client(SETTINGS).notify("127.0.0.1", port, NOTIFICATION));
  }

  @Test
  void aPeerThatResetsTheConnection() throws IOException {
    int port =
        peer(
            socket -> {
              ScriptedPeer.readFrame(socket);
              socket.setSoLinger(true, 0);
            });

    assertFails(
        ErrorCode.SOCKET, "reset", () -> client(SETTINGS).notify("127.0.0.1", port, NOTIFICATION));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 20})
  void halfAReply(int bytes) throws IOException {
    byte[] reply = RawClient.frame(2, "{\"name\":\"\",\"notify_msg\":\"success\"}\n");
    int port = peer(replyWith(Arrays.copyOf(reply, bytes)));

    assertFails(
        ErrorCode.SOCKET,
        "before its reply was complete",
        () -> client(SETTINGS).notify("127.0.0.1", port, NOTIFICATION));
  }

  @Test
  void aReplyToSomethingElse() throws IOException {
    int port = peer(replyWith(RawClient.frame(3, "{}")));
    assertFails(
        ErrorCode.SOCKET,
        "answered a Notify with Probe",
        () -> client(SETTINGS).notify("127.0.0.1", port, NOTIFICATION));

    int old = peer(replyWith(RawClient.header(2, (byte) '{', (byte) '}')));
    assertFails(
        ErrorCode.SOCKET,
        "answered a Notify with no type",
        () -> client(SETTINGS).notify("127.0.0.1", old, NOTIFICATION));
  }

  @Test
  void aReplyThatIsTooLong() throws IOException {
    int port = peer(replyWith(RawClient.header((1 << 20) + 1, (byte) 1, (byte) '{')));

    assertFails(
        ErrorCode.LIMIT_EXCEEDED,
        "mooncake.handshake.max-length",
        () -> client(SETTINGS).fetchDescriptor("127.0.0.1", port, new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\0\0\0\0\0"})
  void aReplyThatIsNoFrame(String text) throws IOException {
    int port = peer(replyWith(text.getBytes(UTF_8)));

    assertFails(
        ErrorCode.MALFORMED,
        "does not speak the handshake protocol",
        () -> client(SETTINGS).fetchDescriptor("127.0.0.1", port, new byte[0]));
    assertThat(client(SETTINGS).probe("127.0.0.1", port)).isEqualTo(Liveness.UNREACHABLE);
  }

  @Test
  void aReplyThatIsNoJsonOrBadlyTyped() throws IOException {
    int broken = peer(replyWith(RawClient.frame(0, "{\"a\"")));
    assertFails(
        ErrorCode.MALFORMED,
        "no valid JSON at byte",
        () -> client(SETTINGS).connection("127.0.0.1", broken, Attributes.emptyMap()));
    int list = peer(replyWith(RawClient.frame(2, "[1]")));
    assertFails(
        ErrorCode.MALFORMED, "map", () -> client(SETTINGS).notify("127.0.0.1", list, NOTIFICATION));
    int typed = peer(replyWith(RawClient.frame(0, "{\"qp_num\":[-1]}")));
    assertFails(
        ErrorCode.MALFORMED,
        "qp_num",
        () -> client(SETTINGS).connection("127.0.0.1", typed, Attributes.emptyMap()));
  }

  @Test
  void aNameThatDoesNotResolve() {
    HandshakeClient client =
        client(
            SETTINGS,
            host -> {
              throw new UnknownHostException(host);
            });

    assertFails(ErrorCode.DNS, "\"nowhere\"", () -> client.notify("nowhere", 15000, NOTIFICATION));
    assertFails(ErrorCode.DNS, "\"nowhere\"", () -> client.probe("nowhere", 15000));
  }

  @Test
  void aResolverThatHangsEndsAtTheDeadline() {
    CountDownLatch end = new CountDownLatch(1);
    toClose.add(end::countDown);
    HandshakeClient client =
        client(
            SHORT,
            host -> {
              ScriptedPeer.await(end);
              throw new UnknownHostException(host);
            });

    for (int i = 0; i < 6; i++) {
      assertFailsWithin(
          Duration.ofSeconds(5),
          ErrorCode.TIMEOUT,
          "\"slow\"",
          () -> client.notify("slow", 15000, NOTIFICATION));
    }
  }

  @Test
  void triesEveryAddressOfAName() throws IOException {
    int port = peer(replyWith(RawClient.frame(2, "{\"notify_msg\":\"success\"}")));
    InetAddress[] addresses = {
      InetAddress.getAllByName("127.0.0.2")[0], InetAddress.getAllByName("127.0.0.1")[0]
    };

    client(SETTINGS, host -> addresses).notify("two", port, NOTIFICATION);
  }

  @Test
  void repeatsNothingThatMayHaveBeenDone() throws IOException {
    ScriptedPeer peer = new ScriptedPeer(ScriptedPeer::readFrame);
    toClose.add(peer);
    InetAddress loopback = InetAddress.getAllByName("127.0.0.1")[0];
    HandshakeClient client = client(SETTINGS, host -> new InetAddress[] {loopback, loopback});

    assertFails(ErrorCode.SOCKET, "closed", () -> client.notify("two", peer.port(), NOTIFICATION));
    assertThat(peer.accepted()).isEqualTo(1);
    assertThat(client.probe("two", peer.port())).isEqualTo(Liveness.UNREACHABLE);
    assertThat(peer.accepted()).isEqualTo(3);
  }

  @Test
  void prefersAddressesOfTheKindThatIsSet() {
    List<String> order = new ArrayList<>();
    for (boolean six : new boolean[] {false, true}) {
      try (NameLookup lookup =
          new NameLookup(
              host ->
                  new InetAddress[] {
                    InetAddress.getAllByName("127.0.0.1")[0], InetAddress.getAllByName("::1")[0]
                  },
              six)) {
        order.add(lookup.resolve("h", Long.MAX_VALUE / 2 + System.nanoTime()).get(0).toString());
      }
    }

    assertThat(order).containsExactly("/127.0.0.1", "/0:0:0:0:0:0:0:1");
  }

  @Test
  void interruptingACallerEndsItsCall() throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    int port =
        peer(
            socket -> {
              connected.countDown();
              ScriptedPeer.readUntilClosed(socket);
            });
    FutureTask<Void> call = inBackground(client(SETTINGS), port);
    Thread caller = new Thread(call, "caller");
    caller.start();
    ScriptedPeer.await(connected);

    caller.interrupt();

    assertFails(ErrorCode.CANCELED, "interrupted", () -> result(call));
  }

  @Test
  void closingTheClientEndsItsCalls() throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    int port =
        peer(
            socket -> {
              connected.countDown();
              ScriptedPeer.readUntilClosed(socket);
            });
    HandshakeClient client = client(SETTINGS);
    FutureTask<Void> call = inBackground(client, port);
    new Thread(call, "caller").start();
    ScriptedPeer.await(connected);

    client.close();

    assertFails(ErrorCode.CLOSED, "closed", () -> result(call));
  }

  private static FutureTask<Void> inBackground(HandshakeClient client, int port) {
    return new FutureTask<>(
        () -> {
          client.notify("127.0.0.1", port, NOTIFICATION);
          return null;
        });
  }

  private static void result(FutureTask<Void> call) throws Throwable {
    try {
      call.get(5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }
}
