package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.FreePorts;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TransportHarness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The serving role, byte for byte, and what it does about peers that misbehave. */
class TcpServerTest extends ServedRegion {
  private static final int OLD_WRITE = 0x01;
  private static final int OLD_READ = 0x00;

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void advertisesPortAndVersion() {
    var classic = target.document().classic();
    assertThat(classic.integer("tcp_data_port")).isBetween(15000L, 17000L);
    assertThat(classic.integer("tcp_proto_version")).isEqualTo(2);
  }

  @Test
  void servesMixedVersionsOnOneConnectionInOrder() throws IOException {
    try (RawClient client = new RawClient(target)) {
      byte[] payload = {1, 2, 3};
      byte[] garbage = RawClient.header(4, at(0), READ);
      Arrays.fill(garbage, 17, 24, (byte) 0x55);
      client.send(
          RawClient.write(at(0), WRITE, payload),
          garbage,
          RawClient.write(at(1), OLD_WRITE, payload),
          RawClient.header(4, at(0), OLD_READ),
          RawClient.header(2, at(2), 0x82));
      byte old = TestMemory.pattern(1, 3, 1)[0];
      assertThat(client.receive(8)).isEqualTo(RawClient.OK);
      assertThat(client.receive(12)).isEqualTo(RawClient.OK + hex(new byte[] {1, 2, 3, old}));
      assertThat(client.receive(4)).isEqualTo("01010203");
      assertThat(client.receive(10)).isEqualTo(RawClient.OK + "0203");
    }
  }

  @Test
  void aReadShowsWhatWasThereBeforeALaterWrite() throws IOException {
    try (RawClient client = new RawClient(target)) {
      String old = hex(memory.bytes(0, 1000));
      client.send(
          RawClient.header(1000, at(0), READ), RawClient.write(at(0), WRITE, filled(1000, 9)));
      assertThat(client.receive(8 + 1000)).isEqualTo(RawClient.OK + old);
      assertThat(client.receive(8)).isEqualTo(RawClient.OK);
      memory.assertHolds(0, filled(1000, 9), "written");
    }
  }

  @Test
  void answersAThousandPipelinedRequestsInOrder() throws IOException {
    try (RawClient client = new RawClient(target)) {
      byte[][] requests = new byte[1000][];
      for (int i = 0; i < requests.length; i++) {
        boolean write = i % 3 == 0;
        requests[i] =
            write
                ? RawClient.write(at(i * 4L), WRITE, filled(4, i))
                : RawClient.header(4, at((i - i % 3) * 4L), READ);
      }
      client.send(requests);
      for (int i = 0; i < requests.length; i++) {
        String payload = i % 3 == 0 ? "" : hex(filled(4, i - i % 3));
        assertThat(client.receive(8 + payload.length() / 2)).isEqualTo(RawClient.OK + payload);
      }
    }
  }

  @Test
  void rejectsWhatIsNotInsideOneRegion() throws IOException {
    TestMemory apart = TestMemory.allocate(4096);
    TestRegion hidden = target.registerLocalOnly(apart);
    long[][] ranges = {
      {0, at(0)},
      {1, at(-1)},
      {1, at(BYTES)},
      {BYTES + 1L, at(0)},
      {2, at(BYTES - 1)},
      {-1, at(0)},
      {Long.MAX_VALUE, at(0)},
      {8, -4},
      {1, 0},
      {16, hidden.address()}
    };
    for (long[] range : ranges) {
      for (int opcode : new int[] {WRITE, READ, OLD_READ, OLD_WRITE}) {
        try (RawClient client = new RawClient(target)) {
          // One that is good goes first: its answer must not be lost with the connection.
          client.send(
              RawClient.header(1, at(0), READ),
              RawClient.header(range[0], range[1], opcode),
              filled(3000, 1));
          assertThat(client.receive(9)).startsWith(RawClient.OK);
          if (opcode >= READ) {
            assertThat(client.receive(8)).isEqualTo(RawClient.REJECTED);
          }
          assertThat(client.isAtEnd()).as(Arrays.toString(range) + " " + opcode).isTrue();
        }
      }
    }
    assertThat(target.metrics().value("served.rejections")).isEqualTo(4L * ranges.length);
    memory.assertHolds(0, TestMemory.pattern(1, 0, BYTES), "memory");
    assertThat(hidden.holds()).isZero();
    apart.close();
  }

  @Test
  void aHelloOfALaterVersionIsRejectedLikeCppDoes() throws IOException {
    try (RawClient client = new RawClient(target)) {
      client.send(RawClient.header(0, 0x4d434a0000000001L, 0xFF));
      assertThat(client.receive(8)).isEqualTo(RawClient.REJECTED);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void aRejectedPeerThatNeverStopsSendingIsCutOff() throws IOException {
    try (RawClient client = new RawClient(target)) {
      client.send(RawClient.header(10, 1, WRITE));
      assertThat(client.receive(8)).isEqualTo(RawClient.REJECTED);
      byte[] endless = new byte[1 << 16];
      assertThatThrownBy(
              () -> {
                while (true) {
                  client.send(endless);
                  target.clock().advance(Duration.ofMillis(10));
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {WRITE, OLD_WRITE})
  void cutAtEveryByteOfAWrite(int opcode) throws IOException {
    byte[] request = RawClient.write(at(100), opcode, filled(16, 7));
    for (int cut = 0; cut < request.length; cut++) {
      try (RawClient client = new RawClient(target)) {
        client.send(Arrays.copyOf(request, cut));
        if (cut % 2 == 0) {
          client.socket.setSoLinger(true, 0);
        } else {
          client.socket.shutdownOutput();
          assertThat(client.isAtEnd()).isTrue();
        }
      }
    }
    Await.until(() -> target.metrics().value("served.connections") == 0, "all sessions ended");
    try (RawClient client = new RawClient(target)) {
      client.send(RawClient.write(at(0), WRITE, filled(1, 1)));
      assertThat(client.receive(8)).isEqualTo(RawClient.OK);
    }
    memory.assertHolds(99, TestMemory.pattern(1, 99, 1), "before the write");
    memory.assertHolds(116, TestMemory.pattern(1, 116, 100), "behind the write");
  }

  @Test
  void aPeerThatStopsInTheMiddleIsDroppedAndAnIdleOneIsNot() throws IOException {
    try (RawClient idle = new RawClient(target);
        RawClient inHeader = new RawClient(target);
        RawClient inPayload = new RawClient(target);
        RawClient notReading = new RawClient(target)) {
      idle.send(RawClient.header(1, at(0), OLD_READ));
      idle.receive(1);
      inHeader.send(new byte[5]);
      inPayload.send(RawClient.header(1000, at(0), WRITE), new byte[500]);
      byte[] greedy = RawClient.header(BYTES, at(0), READ);
      notReading.send(greedy, greedy, greedy, greedy);
      Await.until(() -> region.holds() == 2, "two are inside of the region");
      Await.holdsFor(() -> region.holds() == 2, Duration.ofMillis(300), "they are stuck there");
      Await.until(
          () -> {
            target.clock().advance(Duration.ofSeconds(31));
            return target.metrics().value("served.connections") == 1;
          },
          "three are dropped");
      assertThat(inHeader.isAtEnd()).isTrue();
      idle.send(RawClient.header(1, at(0), OLD_READ));
      idle.receive(1);
    }
  }

  @Test
  void anIdleConnectionMakesRoomForANewOne() throws IOException {
    restart(TcpOptions.MAX_SERVER_CONNECTIONS.key(), "2");
    try (RawClient first = new RawClient(target);
        RawClient busy = new RawClient(target)) {
      first.send(RawClient.header(1, at(0), OLD_READ));
      first.receive(1);
      Await.until(() -> region.holds() == 0, "the read is over");
      busy.send(RawClient.header(1000, at(0), WRITE), new byte[500]);
      Await.until(() -> region.holds() == 1, "one is busy");
      AtomicReference<RawClient> admitted = new AtomicReference<>();
      Await.until(() -> isServed(admitted), "a new one is served once the first is idle");
      try (RawClient second = admitted.get()) {
        assertThat(first.isAtEnd()).isTrue();
        second.send(RawClient.header(1000, at(2000), WRITE), new byte[500]);
        Await.until(() -> region.holds() == 2, "two are busy");
        Await.until(
            () -> target.metrics().value("served.connections") == 2, "the evicted one is gone");
        long refused = target.metrics().value("connections.refused");
        assertThat(isServed(new AtomicReference<>())).isFalse();
        assertThat(target.metrics().value("connections.refused")).isEqualTo(refused + 1);
      }
      busy.send(new byte[500]);
      assertThat(busy.receive(8)).isEqualTo(RawClient.OK);
    }
  }

  private boolean isServed(AtomicReference<RawClient> admitted) throws IOException {
    RawClient client = new RawClient(target);
    try {
      client.send(RawClient.header(1, at(0), OLD_READ)).receive(1);
      admitted.set(client);
      return true;
    } catch (IOException e) {
      client.close();
      return false;
    }
  }

  @Test
  void servesManyConnectionsAtOnce() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        clients.add(new RawClient(target));
      }
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).send(RawClient.write(at(i * 100L), WRITE, filled(100, i)));
      }
      for (RawClient client : clients) {
        assertThat(client.receive(8)).isEqualTo(RawClient.OK);
      }
      assertThat(target.metrics().value("served.connections")).isEqualTo(200);
      for (int i = 0; i < clients.size(); i++) {
        memory.assertHolds(i * 100L, filled(100, i), "client " + i);
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void quiesceWaitsForAPeerInsideTheRegionAndThenCutsItOff() throws IOException {
    try (RawClient client = new RawClient(target);
        RawClient other = new RawClient(target)) {
      other.send(RawClient.header(1, at(0), READ));
      other.receive(9);
      Await.until(() -> region.holds() == 0, "the read is over");
      client.send(RawClient.header(1000, at(0), WRITE), new byte[500]);
      Await.until(() -> region.holds() == 1, "the peer is inside");
      target.withdraw(region);
      assertThat(target.quiesce(Duration.ofMillis(100), region)).isEqualTo(Quiescence.QUIET);
      assertThat(region.holds()).isZero();
      assertThatThrownBy(() -> client.receive(8)).isInstanceOf(IOException.class);
      other.send(RawClient.header(1, at(0), READ));
      assertThat(other.receive(8)).isEqualTo(RawClient.REJECTED);
    }
  }

  @Test
  void quiesceEndsAsSoonAsThePeerIsDone() throws Exception {
    try (RawClient client = new RawClient(target)) {
      client.send(RawClient.header(1000, at(0), WRITE), new byte[500]);
      Await.until(() -> region.holds() == 1, "the peer is inside");
      target.withdraw(region);
      Thread late =
          new Thread(
              () -> {
                try {
                  client.send(new byte[500]);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      late.start();
      assertThat(target.quiesce(LIMIT, region)).isEqualTo(Quiescence.QUIET);
      assertThat(client.receive(8)).isEqualTo(RawClient.OK);
      late.join(LIMIT.toMillis());
    }
  }

  @Test
  void closeEndsBusyAndIdleSessions() throws IOException {
    try (RawClient idle = new RawClient(target);
        RawClient busy = new RawClient(target)) {
      busy.send(RawClient.header(1000, at(0), WRITE), new byte[500]);
      Await.until(() -> region.holds() == 1, "one is busy");
      target.close();
      assertThat(idle.in.read()).isEqualTo(-1);
      assertThat(region.holds()).isZero();
    }
  }

  @Test
  void exhaustedPortRangeIsRefusedWithWords() {
    int port = FreePorts.one();
    String[] range = {
      "mooncake.network.port.min", "" + port, "mooncake.network.port.max", "" + port
    };
    try (TransportHarness first = TcpPair.start(range)) {
      assertThat(first.document().classic().integer("tcp_data_port")).isEqualTo(port);
      assertThatThrownBy(() -> TcpPair.start(range))
          .isInstanceOfSatisfying(
              MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOCKET))
          .hasMessageContaining("no free port from " + port);
    }
  }
}
