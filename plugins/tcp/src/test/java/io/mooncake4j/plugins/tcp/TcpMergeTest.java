package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.plugins.tcp.ScriptedServer.Received;
import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestSlice;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slices that follow each other in the peer's memory travel as one request and stay separate. */
class TcpMergeTest {
  private static final String CONNECTIONS = TcpOptions.CONNECTIONS.key();
  private static final String MERGE = TcpOptions.MERGE_BYTES.key();
  private static final int COUNT = 8;
  private static final int BYTES = 1000;
  private static final byte[] ONES = filled(BYTES, 1);

  private static byte[] filled(int bytes, int value) {
    byte[] array = new byte[bytes];
    Arrays.fill(array, (byte) value);
    return array;
  }

  /** Reads or writes that follow each other on both sides. */
  private static TestSlice[] neighbours(Initiator initiator, boolean read) {
    TestSlice[] slices = new TestSlice[COUNT];
    Arrays.setAll(
        slices,
        i ->
            read
                ? initiator.read((long) i * BYTES, BYTES)
                : initiator.write((long) i * BYTES, BYTES));
    return slices;
  }

  private static List<Long> sizes(ScriptedServer server) {
    return server.received.stream().map(Received::size).toList();
  }

  @Test
  void aGatheredWriteIsOneRequest() {
    try (ScriptedServer server = new ScriptedServer(Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      initiator.memory.fill(7);
      TestSlice[] slices = new TestSlice[COUNT];
      // The local pieces lie the other way round, but for the last two, which are neighbours.
      long[] from = {9000, 7000, 5000, 4000, 2000, 1000, 20_000, 21_000};
      for (int i = 0; i < COUNT; i++) {
        slices[i] =
            initiator.harness.write(
                initiator.region,
                from[i],
                initiator.peer,
                ScriptedServer.BASE + (long) i * BYTES,
                BYTES);
      }
      initiator.harness.submit(slices);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      assertThat(sizes(server)).containsExactly((long) COUNT * BYTES);
      StringBuilder expected = new StringBuilder();
      for (long at : from) {
        expected.append(HexFormat.of().formatHex(TestMemory.pattern(7, at, BYTES)));
      }
      assertThat(server.received.get(0).payload()).isEqualTo(expected.toString());
      assertThat(initiator.harness.metrics().value("written.bytes")).isEqualTo(COUNT * BYTES);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {BYTES, 100_000})
  void aScatteredReadIsOneRequest(int bytes) {
    try (TcpPair pair = new TcpPair(4L << 20, CONNECTIONS, "1")) {
      pair.local.memory().fill(1);
      pair.remote.memory().fill(2);
      TestSlice[] slices = new TestSlice[COUNT];
      for (int i = 0; i < COUNT; i++) {
        // A gap between local pieces, none between remote ones.
        slices[i] = pair.read((long) (COUNT - i) * (bytes + 10), (long) i * bytes, bytes);
      }
      pair.initiator.submit(slices);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      for (int i = 0; i < COUNT; i++) {
        int at = (COUNT - i) * (bytes + 10);
        byte[] piece = TestMemory.pattern(2, (long) i * bytes, bytes);
        pair.local.memory().assertHolds(at, piece, "piece " + i);
        byte[] gap = TestMemory.pattern(1, at + bytes, 10);
        pair.local.memory().assertHolds(at + bytes, gap, "gap " + i);
      }
      assertThat(pair.initiator.metrics().value("read.bytes")).isEqualTo((long) COUNT * bytes);
      assertThat(pair.target.metrics().value("served.read.bytes")).isEqualTo((long) COUNT * bytes);
    }
  }

  @Test
  void whatDoesNotBelongTogetherStaysApart() {
    try (ScriptedServer server = new ScriptedServer(Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1", MERGE, "2500")) {
      TestSlice[] slices = {
        initiator.write(0, 1000),
        initiator.write(1000, 1000),
        // Would be too long with the two before.
        initiator.write(2000, 1000),
        // Another direction, a gap, backwards.
        initiator.read(3000, 10),
        initiator.read(3020, 10),
        initiator.read(3010, 10),
        // Longer than the limit by itself.
        initiator.read(3020, 5000)
      };
      initiator.harness.submit(slices);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      assertThat(sizes(server)).containsExactly(2000L, 1000L, 10L, 10L, 10L, 5000L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "v1"})
  void nothingIsMergedWithoutTheOptionOrWithoutAnswers(String how) {
    boolean old = how.equals("v1");
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  while (true) {
                    Received request = link.receive();
                    if (!old) {
                      link.status(StatusFrame.OK);
                    }
                    link.out.write(filled(Math.toIntExact(request.size()), 1));
                  }
                });
        Initiator initiator =
            new Initiator(server.node(old ? 1 : 2), CONNECTIONS, "1", MERGE, old ? "1m" : "0")) {
      TestSlice[] slices = neighbours(initiator, true);
      initiator.harness.submit(slices);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      assertThat(sizes(server)).hasSize(COUNT).containsOnly((long) BYTES);
    }
  }

  /** Answers as a server that knows all but the ranges of some slices; rejects and closes. */
  private static void serveAllBut(Link link, int... bad) throws IOException {
    while (true) {
      Received request = link.receive();
      long first = (request.address() - ScriptedServer.BASE) / BYTES;
      long last = first + request.size() / BYTES;
      if (Arrays.stream(bad).anyMatch(it -> it >= first && it < last)) {
        link.status(StatusFrame.REJECTED);
        return;
      }
      link.status(StatusFrame.OK);
      if (!RequestHeader.isWrite(request.opcode())) {
        link.out.write(filled(Math.toIntExact(request.size()), 1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rejectedSlicesOfARequestFailAlone(boolean read) {
    try (ScriptedServer server = new ScriptedServer(link -> serveAllBut(link, 2, 5));
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      TestSlice[] slices = neighbours(initiator, read);
      initiator.harness.submit(slices);
      for (int i = 0; i < COUNT; i++) {
        if (i == 2 || i == 5) {
          slices[i].assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
          assertThat(slices[i].mayStillLand()).isFalse();
        } else {
          slices[i].assertSucceeded();
        }
      }
      assertThat(sizes(server)).startsWith((long) COUNT * BYTES, (long) BYTES);
      assertThat(server.connections()).isBetween(3, 4);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSliceThatTimesOutLeavesTheOthersAlone(boolean read) {
    CountDownLatch answer = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  answer.await();
                  link.status(StatusFrame.OK);
                  if (read) {
                    link.out.write(filled(COUNT * BYTES, 1));
                  }
                  link.serveWell();
                });
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      initiator.memory.fill(5);
      TestSlice[] slices = neighbours(initiator, read);
      initiator.harness.submit(slices);
      Await.until(() -> server.received.size() == 1, "it is out");
      // The server may have it before our system call has returned.
      Await.until(
          () -> {
            initiator.harness.cancel(slices[0], ErrorCode.CANCELED);
            return !slices[0].isDone();
          },
          "it is not canceled any more");
      Await.holdsFor(() -> true, Duration.ofMillis(50), "the sender has had time");
      initiator.harness.cancel(slices[3], ErrorCode.TIMEOUT);
      initiator.harness.cancel(slices[4], ErrorCode.TIMEOUT);
      assertThat(slices[3].isDone() && slices[4].isDone()).isTrue();
      answer.countDown();
      for (int i = 0; i < COUNT; i++) {
        if (i == 3 || i == 4) {
          slices[i].assertFailed(ErrorCode.TIMEOUT);
          assertThat(slices[i].mayStillLand()).isEqualTo(!read);
        } else {
          slices[i].assertSucceeded();
        }
        if (read) {
          boolean late = i == 3 || i == 4;
          byte[] held = late ? TestMemory.pattern(5, (long) i * BYTES, BYTES) : ONES;
          initiator.memory.assertHolds((long) i * BYTES, held, "slice " + i);
        }
      }
      String counter = read ? "read.bytes" : "written.bytes";
      assertThat(initiator.harness.metrics().value(counter)).isEqualTo((COUNT - 2) * BYTES);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void aTimeOutInTheMiddleOfTheAnswerLetsTheOthersBeReadAgain() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.status(StatusFrame.OK);
                  link.out.write(filled(BYTES / 2, 9));
                  link.awaitEnd();
                },
                Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      initiator.memory.fill(5);
      TestSlice[] slices = neighbours(initiator, true);
      initiator.harness.submit(slices);
      Await.until(() -> initiator.memory.bytes(BYTES / 2 - 1, 1)[0] == 9, "some has come");
      initiator.harness.cancel(slices[1], ErrorCode.TIMEOUT);
      slices[1].awaitDone().assertFailed(ErrorCode.TIMEOUT);
      for (int i = 0; i < COUNT; i++) {
        if (i != 1) {
          slices[i].assertSucceeded();
          initiator.memory.assertHolds((long) i * BYTES, ONES, "slice " + i);
        }
      }
    }
  }

  @Test
  void aLinkCutInTheMiddleOfAReadIsTriedAgainSliceBySlice() {
    for (int cut : new int[] {0, 1, 7, 8, 9, BYTES, BYTES + 1, COUNT * BYTES - 1}) {
      try (ScriptedServer server =
              new ScriptedServer(
                  link -> {
                    link.receive();
                    byte[] answer = filled(8 + COUNT * BYTES, 9);
                    byte[] ok = HexFormat.of().parseHex("000000005654434d");
                    System.arraycopy(ok, 0, answer, 0, 8);
                    link.out.write(answer, 0, cut);
                  },
                  Link::serveWell);
          Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
        TestSlice[] slices = neighbours(initiator, true);
        initiator.harness.submit(slices);
        for (int i = 0; i < COUNT; i++) {
          slices[i].assertSucceeded();
          initiator.memory.assertHolds((long) i * BYTES, ONES, "slice " + i + ", cut at " + cut);
        }
      }
    }
  }

  @Test
  void aLinkCutInTheMiddleOfAWriteTellsWhatMayLand() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.bytes(24 + 100);
                  link.reset();
                },
                Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      TestSlice[] slices = neighbours(initiator, false);
      initiator.harness.submit(slices);
      for (TestSlice slice : slices) {
        assertThat(slice.assertFailed(ErrorCode.LINK_BROKEN).mayStillLand()).isTrue();
      }
      initiator.submit(initiator.write(0, BYTES)).assertSucceeded();
    }
  }
}
