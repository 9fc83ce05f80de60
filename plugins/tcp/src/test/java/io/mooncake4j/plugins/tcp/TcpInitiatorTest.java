package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the initiator puts on the wire, and how it uses its connections. */
class TcpInitiatorTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String ONE = TcpOptions.CONNECTIONS.key();
  private static final String SIZE_3 = "0300000000000000";
  private static final String ADDRESS_16 = "10000000007f0000";

  @Test
  void sendsAnAcknowledgedWriteByteForByte() {
    List<String> bytes = Collections.synchronizedList(new ArrayList<>());
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  bytes.add(HEX.formatHex(link.bytes(27)));
                  link.status(StatusFrame.OK);
                  link.awaitEnd();
                });
        Initiator initiator = new Initiator(server.node(2))) {
      initiator.memory.write(16, new byte[] {7, 8, 9});
      initiator.submit(initiator.write(16, 3)).assertSucceeded();
      assertThat(bytes).containsExactly(SIZE_3 + ADDRESS_16 + "8100000000000000" + "070809");
    }
  }

  @Test
  void sendsAnAcknowledgedReadByteForByte() {
    List<String> bytes = Collections.synchronizedList(new ArrayList<>());
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  bytes.add(HEX.formatHex(link.bytes(24)));
                  link.status(StatusFrame.OK);
                  link.out.write(new byte[] {4, 5, 6});
                  link.awaitEnd();
                });
        Initiator initiator = new Initiator(server.node(3))) {
      initiator.submit(initiator.read(16, 3)).assertSucceeded();
      assertThat(bytes).containsExactly(SIZE_3 + ADDRESS_16 + "8000000000000000");
      initiator.memory.assertHolds(15, new byte[] {0, 4, 5, 6, 0}, "read");
    }
  }

  @Test
  void confirmsAVersionOneWriteByReadingItsLastByte() {
    List<String> bytes = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch answer = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  bytes.add(HEX.formatHex(link.bytes(27 + 24)));
                  answer.await();
                  link.out.write(9);
                  link.awaitEnd();
                });
        Initiator initiator = new Initiator(server.node(1))) {
      initiator.memory.write(16, new byte[] {7, 8, 9});
      TestSlice write = initiator.submit(initiator.write(16, 3));
      Await.until(() -> !bytes.isEmpty(), "the request is out");
      assertThat(write.isDone()).isFalse();
      answer.countDown();
      write.assertSucceeded();
      assertThat(bytes)
          .containsExactly(
              SIZE_3
                  + ADDRESS_16
                  + "0100000000000000"
                  + "070809"
                  + "0100000000000000"
                  + "12000000007f0000"
                  + "0000000000000000");
    }
  }

  @Test
  void completesAnUnconfirmedVersionOneWriteWithoutAnAnswer() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  for (int i = 0; i < 300; i++) {
                    link.receive();
                  }
                  link.awaitEnd();
                });
        Initiator initiator =
            new Initiator(
                server.node(2),
                TcpOptions.PROTOCOL_VERSION.key(),
                "1",
                TcpOptions.CONFIRM_V1_WRITES.key(),
                "false",
                ONE,
                "1",
                TcpOptions.PIPELINE_DEPTH.key(),
                "2")) {
      TestSlice[] slices = new TestSlice[300];
      Arrays.setAll(slices, i -> initiator.write(i * 10L, 10));
      initiator.harness.submit(slices);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      Await.until(() -> server.received.size() == 300, "all arrived");
      assertThat(server.received).allMatch(request -> request.opcode() == 1);
    }
  }

  @Test
  void pipelinesInOrderUpToTheDepth() {
    CountDownLatch answer = new CountDownLatch(1);
    int depth = 20;
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  for (int i = 0; i < depth; i++) {
                    link.receive();
                  }
                  answer.await();
                  for (int i = 0; i < depth; i++) {
                    link.status(StatusFrame.OK);
                  }
                  link.serveWell();
                });
        Initiator initiator =
            new Initiator(
                server.node(2),
                ONE,
                "1",
                TcpOptions.PIPELINE_DEPTH.key(),
                "" + depth,
                TcpOptions.MERGE_BYTES.key(),
                "0")) {
      initiator.memory.fill(1);
      TestSlice[] slices = new TestSlice[2 * depth];
      Arrays.setAll(slices, i -> initiator.write(i * 100L, 100));
      initiator.harness.submit(slices);
      Await.until(() -> server.received.size() == depth, "as many as the depth are out");
      Await.holdsFor(
          () -> server.received.size() == depth, Duration.ofMillis(50), "no more are out");
      answer.countDown();
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      assertThat(server.connections()).isEqualTo(1);
      for (int i = 0; i < slices.length; i++) {
        assertThat(server.received.get(i).address()).isEqualTo(ScriptedServer.BASE + i * 100L);
        assertThat(server.received.get(i).payload())
            .isEqualTo(HEX.formatHex(TestMemory.pattern(1, i * 100L, 100)));
      }
    }
  }

  @Test
  void opensConnectionsOnDemandAndKeepsThem() {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), ONE, "4")) {
      for (int i = 0; i < 20; i++) {
        initiator.submit(initiator.read(0, 10)).assertSucceeded();
        Await.until(
            () -> initiator.harness.metrics().value("queued.slices") == 0, "nothing is queued");
      }
      assertThat(server.connections()).isLessThanOrEqualTo(2);
      TestSlice[] many = new TestSlice[2000];
      Arrays.setAll(many, i -> initiator.read(0, 4096));
      initiator.harness.submit(many);
      Arrays.stream(many).forEach(TestSlice::assertSucceeded);
      assertThat(server.connections()).isBetween(2, 4);
    }
  }

  @Test
  void closesAnIdleConnection() {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.Link::serveWell);
        Initiator initiator = new Initiator(server.node(2))) {
      initiator.submit(initiator.read(0, 10)).assertSucceeded();
      assertThat(initiator.harness.metrics().value("connections")).isEqualTo(1);
      Await.until(
          () -> {
            initiator.pass(Duration.ofMinutes(6));
            return initiator.harness.metrics().value("connections") == 0;
          },
          "it is closed");
      initiator.submit(initiator.read(0, 10)).assertSucceeded();
      assertThat(server.connections()).isEqualTo(2);
      assertThat(initiator.harness.metrics().value("connections.lost")).isZero();
    }
  }

  @Test
  void refusesMoreThanTheQueueHolds() {
    CountDownLatch answer = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  answer.await();
                  link.serveWell();
                });
        Initiator initiator =
            new Initiator(
                server.node(2),
                ONE,
                "1",
                TcpOptions.PIPELINE_DEPTH.key(),
                "1",
                TcpOptions.MAX_QUEUED_SLICES.key(),
                "64")) {
      TestSlice first = initiator.submit(initiator.read(0, 10));
      Await.until(() -> server.connections() == 1, "connected");
      Await.until(
          () -> initiator.harness.metrics().value("queued.slices") == 0, "the first is taken");
      TestSlice[] slices = new TestSlice[66];
      Arrays.setAll(slices, i -> initiator.read(0, 10));
      initiator.harness.submit(slices);
      slices[64].assertFailed(ErrorCode.TOO_MANY_REQUESTS);
      assertThat(slices[65].assertFailed().detail()).contains("max-queued-slices");
      answer.countDown();
      first.assertSucceeded();
      Arrays.stream(slices).limit(64).forEach(TestSlice::assertSucceeded);
    }
  }

  @ParameterizedTest
  @CsvSource({"64k, 1", "65k, 2", "128k, 2", "256k, 4"})
  void aConnectionTakesNoMoreThanItsBytesBeforeAnswersCome(String bytes, int expected) {
    int length = 64 << 10;
    AtomicBoolean silent = new AtomicBoolean();
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  for (int i = 0; i < expected; i++) {
                    link.receive();
                  }
                  silent.set(link.isSilent(300));
                  for (int i = 0; i < expected; i++) {
                    link.status(StatusFrame.OK);
                    link.out.write(new byte[length]);
                  }
                  link.serveWell();
                });
        Initiator initiator =
            new Initiator(
                server.javaNode(),
                TcpOptions.CONNECTIONS.key(),
                "1",
                TcpOptions.PIPELINE_BYTES.key(),
                bytes,
                TcpOptions.MERGE_BYTES.key(),
                "0")) {
      TestSlice[] slices = new TestSlice[8];
      Arrays.setAll(slices, i -> initiator.read((long) i * length, length));
      initiator.harness.submit(slices);
      for (TestSlice slice : slices) {
        slice.assertSucceeded();
      }
      assertThat(silent).as("nothing comes behind the first %d requests", expected).isTrue();
      assertThat(server.received).hasSize(slices.length);
    }
  }
}
