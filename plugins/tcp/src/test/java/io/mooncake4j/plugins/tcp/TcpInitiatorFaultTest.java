package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the initiator does when the peer refuses, lies, stalls or dies. */
class TcpInitiatorFaultTest {
  private static final String CONNECTIONS = TcpOptions.CONNECTIONS.key();
  private static final Duration TIMEOUT = Duration.ofSeconds(31);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneRejectedRequestFailsAloneAndThoseBehindItAreSentAgain(boolean reset) {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  for (int i = 0; i < 4; i++) {
                    link.receive();
                  }
                  link.status(StatusFrame.OK);
                  link.status(StatusFrame.REJECTED);
                  link.out.flush();
                  if (reset) {
                    // Leave what follows unread, as a C++ server does: the close becomes a reset.
                    link.in.readByte();
                  }
                },
                Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      TestSlice good = initiator.write(0, 10);
      TestSlice bad = initiator.write(100, 10);
      TestSlice behind = initiator.write(200, 10);
      TestSlice readBehind = initiator.read(300, 10);
      TestSlice more = initiator.write(1000, 100_000);
      initiator.harness.submit(good, bad, behind, readBehind, more);
      good.assertSucceeded();
      bad.assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
      assertThat(bad.mayStillLand()).isFalse();
      assertThat(bad.detail()).contains("scripted").contains("127.0.0.1:" + server.port());
      behind.assertSucceeded();
      readBehind.assertSucceeded();
      more.assertSucceeded();
      assertThat(server.connections()).isEqualTo(2);
      initiator.memory.assertHolds(300, new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, "read");
    }
  }

  @Test
  void requestsBehindARejectedOneFailWhenTheirTimeIsUp() {
    CountDownLatch reject = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.receive();
                  reject.await();
                  link.status(StatusFrame.REJECTED);
                });
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      TestSlice bad = initiator.write(0, 10);
      TestSlice behind = initiator.write(100, 10);
      initiator.harness.submit(bad, behind);
      Await.until(() -> server.received.size() == 2, "both are out");
      initiator.pass(Duration.ofSeconds(25));
      reject.countDown();
      bad.assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
      behind.assertFailed(ErrorCode.TIMEOUT);
      assertThat(behind.mayStillLand()).isFalse();
    }
  }

  @Test
  void cutAtEveryByteOfAReadsAnswer() {
    for (int version = 1; version <= 2; version++) {
      int whole = version == 2 ? 8 + 16 : 16;
      for (int cut = 0; cut < whole; cut++) {
        byte[] answer = new byte[24];
        System.arraycopy(java.util.HexFormat.of().parseHex("000000005654434d"), 0, answer, 0, 8);
        byte[] sent = java.util.Arrays.copyOfRange(version == 2 ? answer : new byte[16], 0, cut);
        try (ScriptedServer server =
                new ScriptedServer(
                    link -> {
                      link.receive();
                      link.out.write(sent);
                    },
                    Link::serveWell);
            Initiator initiator = new Initiator(server.node(version))) {
          TestSlice read = initiator.submit(initiator.read(0, 16));
          read.assertFailed(ErrorCode.LINK_BROKEN);
          assertThat(read.detail()).as("cut at " + cut).contains("closed the connection");
        }
      }
    }
  }

  @Test
  void cutAtEveryByteOfAWritesAnswer() {
    for (int cut = 0; cut < StatusFrame.BYTES; cut++) {
      byte[] sent =
          java.util.Arrays.copyOf(java.util.HexFormat.of().parseHex("000000005654434d"), cut);
      try (ScriptedServer server =
              new ScriptedServer(
                  link -> {
                    link.receive();
                    link.out.write(sent);
                  },
                  Link::serveWell);
          Initiator initiator = new Initiator(server.node(2))) {
        TestSlice write = initiator.submit(initiator.write(0, 16));
        write.assertFailed(ErrorCode.LINK_BROKEN);
        assertThat(write.mayStillLand()).as("cut at " + cut).isTrue();
        initiator.submit(initiator.write(0, 16)).assertSucceeded();
      }
    }
  }

  @Test
  void cutAtEveryByteOfTheRequest() {
    for (int cut = 1; cut <= 24 + 8; cut++) {
      int taken = cut;
      try (ScriptedServer server =
              new ScriptedServer(
                  link -> {
                    link.bytes(taken);
                    link.reset();
                  },
                  Link::serveWell);
          Initiator initiator = new Initiator(server.node(2))) {
        TestSlice write = initiator.submit(initiator.write(0, 8));
        write.assertFailed(ErrorCode.LINK_BROKEN);
        assertThat(write.mayStillLand()).as("cut at " + cut).isTrue();
        initiator.submit(initiator.write(0, 8)).assertSucceeded();
      }
    }
  }

  @Test
  void silentPeerFailsTheOldestWithTimeoutAndTellsTheRestApart() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  for (int i = 0; i < 3; i++) {
                    link.receive();
                  }
                  link.awaitEnd();
                });
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      TestSlice oldest = initiator.write(0, 10);
      TestSlice read = initiator.read(100, 10);
      TestSlice write = initiator.write(200, 10);
      initiator.harness.submit(oldest, read, write);
      Await.until(() -> server.received.size() == 3, "all are out");
      passUntilDone(initiator, oldest);
      oldest.assertFailed(ErrorCode.TIMEOUT);
      assertThat(oldest.mayStillLand()).isTrue();
      assertThat(oldest.detail()).contains("has not answered for 30000 ms");
      read.assertFailed(ErrorCode.LINK_BROKEN);
      write.assertFailed(ErrorCode.LINK_BROKEN);
      assertThat(write.mayStillLand()).isTrue();
    }
  }

  /** Time begins to count when the sender's system call has returned, which nobody can see. */
  private static void passUntilDone(Initiator initiator, TestSlice slice) {
    Await.until(
        () -> {
          initiator.pass(TIMEOUT);
          return slice.isDone();
        },
        "the slice times out");
  }

  @Test
  void theDeadlineOfARequestBeginsWhenItIsTheOldest() {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.receive();
                  first.await();
                  link.status(StatusFrame.OK);
                  second.await();
                  link.status(StatusFrame.OK);
                  link.awaitEnd();
                });
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      TestSlice one = initiator.write(0, 10);
      TestSlice two = initiator.write(100, 10);
      initiator.harness.submit(one, two);
      Await.until(() -> server.received.size() == 2, "both are out");
      initiator.pass(Duration.ofSeconds(20));
      first.countDown();
      one.assertSucceeded();
      initiator.pass(Duration.ofSeconds(20));
      Await.holdsFor(() -> !two.isDone(), Duration.ofMillis(600), "it has 10 s left");
      second.countDown();
      two.assertSucceeded();
    }
  }

  @Test
  void peerThatStallsInTheMiddleOfAReadTimesOut() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.status(StatusFrame.OK);
                  link.out.write(new byte[100_000]);
                  link.awaitEnd();
                },
                Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      initiator.memory.fill(3);
      TestSlice read = initiator.submit(initiator.read(0, 200_000));
      Await.until(() -> initiator.memory.bytes(99_999, 1)[0] == 0, "the first half has come");
      passUntilDone(initiator, read);
      read.assertFailed(ErrorCode.TIMEOUT);
      assertThat(read.detail()).contains("no further byte");
      initiator.submit(initiator.read(0, 200_000)).assertSucceeded();
    }
  }

  @Test
  void peerThatTakesNoBytesOfAWriteTimesOut() {
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedServer server = new ScriptedServer(link -> over.await(), Link::serveWell);
        Initiator initiator =
            new Initiator(
                server.node(2),
                CONNECTIONS,
                "1",
                TcpOptions.SLICE_BYTES.key(),
                "8m",
                TcpOptions.SEND_BUFFER_BYTES.key(),
                "64k")) {
      TestSlice stuck = initiator.write(0, 8 << 20);
      TestSlice waiting = initiator.write(0, 100);
      initiator.harness.submit(stuck, waiting);
      Await.until(() -> server.connections() == 1, "connected");
      awaitStuck(initiator);
      passUntilDone(initiator, stuck);
      stuck.assertFailed(ErrorCode.TIMEOUT);
      assertThat(stuck.mayStillLand()).isTrue();
      assertThat(stuck.detail()).contains("taken no byte");
      waiting.assertSucceeded();
      over.countDown();
    }
  }

  private static void awaitStuck(Initiator initiator) {
    Await.until(
        () ->
            Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(
                    thread ->
                        thread.getKey().getName().startsWith("mooncake-tcp-send-scripted")
                            && isWriting(thread.getValue())),
        "the sender waits for the socket");
    Await.holdsFor(() -> true, Duration.ofMillis(200), "the socket buffers are full");
    assertThat(initiator.harness.metrics().value("connections")).isEqualTo(1);
  }

  private static boolean isWriting(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .anyMatch(
            frame ->
                frame.getClassName().equals(ConnectionSocket.class.getName())
                    && frame.getMethodName().equals("write"));
  }

  @Test
  void bytesThatNobodyAskedForEndTheConnection() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.status(StatusFrame.OK);
                  link.status(StatusFrame.OK);
                  link.awaitEnd();
                },
                Link::serveWell);
        Initiator initiator = new Initiator(server.node(2))) {
      initiator.submit(initiator.write(0, 8)).assertSucceeded();
      Await.until(() -> initiator.harness.metrics().value("connections.lost") == 1, "it is closed");
      initiator.submit(initiator.write(0, 8)).assertSucceeded();
    }
  }

  /** A v1 server takes a v2 opcode for a read and streams memory. */
  @Test
  void staleDescriptorInFrontOfAnOldServerIsTold() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.out.write(new byte[4096]);
                  link.awaitEnd();
                });
        Initiator initiator = new Initiator(server.node(2))) {
      TestSlice read = initiator.submit(initiator.read(0, 4096));
      read.assertFailed(ErrorCode.LINK_BROKEN);
      assertThat(read.detail()).contains("no status frame").contains("v1");
    }
  }

  @Test
  void endlessGarbageAndUnknownCodesEndTheConnectionOnly() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  while (true) {
                    link.out.write(new byte[1 << 16]);
                  }
                },
                link -> {
                  link.receive();
                  link.status(StatusFrame.OK | 77);
                  link.awaitEnd();
                },
                Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      initiator.submit(initiator.read(0, 4096)).assertFailed(ErrorCode.LINK_BROKEN);
      TestSlice unknown = initiator.submit(initiator.write(0, 4096));
      unknown.assertFailed(ErrorCode.LINK_BROKEN);
      assertThat(unknown.detail()).contains("unknown code 77");
      initiator.submit(initiator.read(0, 4096)).assertSucceeded();
    }
  }

  /** A peer that acknowledges before it can have the bytes is not believed. */
  @Test
  void acknowledgementAheadOfThePayloadIsNoSuccess() {
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.bytes(24);
                  link.status(StatusFrame.OK);
                  over.await();
                  link.reset();
                });
        Initiator initiator =
            new Initiator(
                server.node(2),
                CONNECTIONS,
                "1",
                TcpOptions.SLICE_BYTES.key(),
                "8m",
                TcpOptions.SEND_BUFFER_BYTES.key(),
                "64k")) {
      TestSlice write = initiator.submit(initiator.write(0, 8 << 20));
      Await.until(() -> server.connections() == 1, "connected");
      awaitStuck(initiator);
      assertThat(write.isDone()).isFalse();
      over.countDown();
      write.assertFailed(ErrorCode.LINK_BROKEN);
      assertThat(write.mayStillLand()).isTrue();
    }
  }

  @Test
  void peerThatClosesEveryConnectionAtOnceIsGivenUp() {
    try (ScriptedServer server = new ScriptedServer(Link::reset);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      for (int i = 0; i < 5; i++) {
        TestSlice read = initiator.submit(initiator.read(0, 4096));
        read.assertFailed(ErrorCode.LINK_BROKEN, ErrorCode.SOCKET);
      }
    }
  }
}
