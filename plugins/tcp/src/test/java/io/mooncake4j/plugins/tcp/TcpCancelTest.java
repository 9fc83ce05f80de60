package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Giving slices up in every state they can be in. */
class TcpCancelTest {
  private static final String CONNECTIONS = TcpOptions.CONNECTIONS.key();
  private static final String DEPTH = TcpOptions.PIPELINE_DEPTH.key();
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  @Test
  void onlyWaitingSlicesAreCanceled() {
    CountDownLatch answer = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  answer.await();
                  link.status(StatusFrame.OK);
                  link.serveWell();
                });
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1", DEPTH, "1")) {
      TestSlice sent = initiator.submit(initiator.write(0, 10));
      Await.until(() -> server.received.size() == 1, "the first is out");
      TestSlice waiting = initiator.submit(initiator.write(0, 10));
      TestSlice last = initiator.submit(initiator.write(0, 10));
      initiator.harness.cancel(sent, ErrorCode.CANCELED);
      initiator.harness.cancel(waiting, ErrorCode.CANCELED);
      waiting.assertFailed(ErrorCode.CANCELED);
      assertThat(waiting.mayStillLand()).isFalse();
      assertThat(sent.isDone()).isFalse();
      answer.countDown();
      sent.assertSucceeded();
      last.assertSucceeded();
      assertThat(server.received).hasSize(2);
      initiator.harness.cancel(sent, ErrorCode.TIMEOUT);
      sent.assertSucceeded();
    }
  }

  @Test
  void waitingSlicesTimeOutAtOnceAlsoWhileConnecting() {
    // A listener that never accepts would still connect; so the slices wait behind a full pipeline.
    try (ScriptedServer server = new ScriptedServer(Link::awaitEnd);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1", DEPTH, "1")) {
      TestSlice first = initiator.submit(initiator.read(0, 10));
      Await.until(() -> server.connections() == 1, "connected");
      TestSlice[] many = new TestSlice[5000];
      Arrays.setAll(many, i -> initiator.write(0, 10));
      initiator.harness.submit(many);
      for (TestSlice slice : many) {
        initiator.harness.cancel(slice, ErrorCode.TIMEOUT);
        slice.awaitDone(AT_ONCE).assertFailed(ErrorCode.TIMEOUT);
        assertThat(slice.mayStillLand()).isFalse();
      }
      initiator.harness.cancel(first, ErrorCode.TIMEOUT);
      first.assertFailed(ErrorCode.TIMEOUT);
    }
  }

  @Test
  void lateAnswerOfATimedOutReadIsThrownAway() {
    for (int version = 1; version <= 2; version++) {
      CountDownLatch answer = new CountDownLatch(1);
      boolean framed = version == 2;
      try (ScriptedServer server =
              new ScriptedServer(
                  link -> {
                    for (int i = 0; i < 2; i++) {
                      link.receive();
                      answer.await();
                      if (framed) {
                        link.status(StatusFrame.OK);
                      }
                      byte[] payload = new byte[i == 0 ? 200_000 : 10];
                      Arrays.fill(payload, (byte) (i + 1));
                      link.out.write(payload);
                    }
                    link.awaitEnd();
                  });
          Initiator initiator = new Initiator(server.node(version), CONNECTIONS, "1")) {
        initiator.memory.fill(5);
        TestSlice read = initiator.submit(initiator.read(0, 200_000));
        Await.until(() -> server.received.size() == 1, "it is out");
        initiator.harness.cancel(read, ErrorCode.TIMEOUT);
        assertThat(read.isDone()).isTrue();
        read.assertFailed(ErrorCode.TIMEOUT);
        TestSlice next = initiator.submit(initiator.read(400_000, 10));
        answer.countDown();
        next.assertSucceeded();
        initiator.memory.assertHolds(0, TestMemory.pattern(5, 0, 200_000), "given up memory");
        initiator.memory.assertHolds(400_000, new byte[] {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, "next");
        assertThat(server.connections()).isEqualTo(1);
      }
    }
  }

  @Test
  void timedOutWriteMayStillLandAndTheConnectionGoesOn() {
    CountDownLatch answer = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  answer.await();
                  link.status(StatusFrame.OK);
                  link.serveWell();
                });
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      TestSlice write = initiator.submit(initiator.write(0, 10));
      Await.until(() -> server.received.size() == 1, "it is out");
      // The server may have it before our system call has returned, which takes a moment.
      Await.holdsFor(() -> true, Duration.ofMillis(50), "the sender has had time");
      initiator.harness.cancel(write, ErrorCode.TIMEOUT);
      assertThat(write.isDone()).isTrue();
      write.assertFailed(ErrorCode.TIMEOUT);
      assertThat(write.mayStillLand()).isTrue();
      answer.countDown();
      initiator.submit(initiator.write(0, 10)).assertSucceeded();
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void timeoutInTheMiddleOfAPayloadBreaksTheLink() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.status(StatusFrame.OK);
                  link.out.write(new byte[1000]);
                  link.awaitEnd();
                },
                link -> {
                  link.bytes(50_000);
                  begun.countDown();
                  over.await();
                },
                Link::serveWell);
        Initiator initiator =
            new Initiator(
                server.node(2),
                CONNECTIONS,
                "1",
                TcpOptions.SLICE_BYTES.key(),
                "8m",
                TcpOptions.SEND_BUFFER_BYTES.key(),
                "64k")) {
      initiator.memory.fill(3);
      TestSlice read = initiator.submit(initiator.read(0, 200_000));
      Await.until(() -> initiator.memory.bytes(999, 1)[0] == 0, "some has come");
      initiator.harness.cancel(read, ErrorCode.TIMEOUT);
      read.awaitDone(AT_ONCE).assertFailed(ErrorCode.TIMEOUT);

      TestSlice write = initiator.submit(initiator.write(0, 8 << 20));
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      initiator.harness.cancel(write, ErrorCode.TIMEOUT);
      write.awaitDone(AT_ONCE).assertFailed(ErrorCode.TIMEOUT);
      assertThat(write.mayStillLand()).isTrue();
      over.countDown();
      initiator.submit(initiator.read(0, 200_000)).assertSucceeded();
    }
  }
}
