package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.FreePorts;
import io.mooncake4j.testkit.SegmentDocument;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Finding peers, losing them, and letting them go. */
class TcpPeerTest {
  private static final String CONNECTIONS = TcpOptions.CONNECTIONS.key();
  private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private static Attributes.MapBuilder port(long port) {
    return Attributes.map().put("tcp_data_port", port).put("tcp_proto_version", 2);
  }

  private static void assertFails(EngineNode node, ErrorCode code, String... words) {
    try (Initiator initiator = new Initiator(node)) {
      TestSlice[] slices = {initiator.read(0, 10), initiator.write(0, 10)};
      initiator.harness.submit(slices);
      for (TestSlice slice : slices) {
        slice.assertFailed(code);
        assertThat(slice.mayStillLand()).isFalse();
        assertThat(slice.detail()).contains(words);
      }
    }
  }

  @Test
  void descriptorsThatLeadNowhereFailWithWords() {
    assertFails(ScriptedServer.node(Attributes.map()), ErrorCode.ENDPOINT, "no TCP data port");
    assertFails(ScriptedServer.node(port(0)), ErrorCode.ENDPOINT, "tcp_data_port is 0");
    assertFails(ScriptedServer.node(port(-1)), ErrorCode.ENDPOINT, "18446744073709551615");
    assertFails(ScriptedServer.node(port(65536)), ErrorCode.ENDPOINT, "65536");
    assertFails(ScriptedServer.node("", port(15000)), ErrorCode.ENDPOINT, "no host");
    assertFails(
        ScriptedServer.node(Attributes.map().put("tcp_data_port", "15000")),
        ErrorCode.MALFORMED,
        "tcp_data_port");
    assertFails(
        ScriptedServer.node(
            Attributes.map().put("tcp_data_port", 15000).put("tcp_proto_version", true)),
        ErrorCode.MALFORMED,
        "tcp_proto_version");
    assertFails(
        ScriptedServer.node(Attributes.map().put("tcp_data_port", 15000).put("tcp_data_host", 7)),
        ErrorCode.MALFORMED,
        "tcp_data_host");
    // A label beyond 63 letters is refused by the resolver itself, so no query leaves the host.
    assertFails(
        ScriptedServer.node("x".repeat(300), port(15000)), ErrorCode.DNS, "does not resolve");
  }

  @Test
  void dataPortMayBeOnAnotherHostThanTheSegment() {
    try (ScriptedServer server = new ScriptedServer(Link::serveWell)) {
      // Nobody listens there: 127.0.0.2 is another address of the loopback interface.
      for (String host : new String[] {"127.0.0.1", "[127.0.0.1]"}) {
        try (Initiator initiator =
            new Initiator(
                ScriptedServer.node("127.0.0.2", port(server.port()).put("tcp_data_host", host)))) {
          initiator.submit(initiator.read(0, 10)).assertSucceeded();
        }
      }
      try (Initiator initiator =
          new Initiator(
              ScriptedServer.node("127.0.0.1", port(server.port()).put("tcp_data_host", "")))) {
        initiator.submit(initiator.read(0, 10)).assertSucceeded();
      }
    }
  }

  @Test
  void unreachablePeerFailsAtOnceDuringTheCoolDownAndIsTriedAgainAfterIt() {
    int port = FreePorts.one();
    try (Initiator initiator =
        new Initiator(ScriptedServer.node(port(port)), TcpOptions.COOL_DOWN.key(), "60s")) {
      TestSlice[] slices = new TestSlice[1000];
      Arrays.setAll(slices, i -> initiator.read(0, 10));
      initiator.harness.submit(slices);
      for (TestSlice slice : slices) {
        slice.assertFailed(ErrorCode.SOCKET);
        assertThat(slice.detail()).contains("127.0.0.1:" + port);
      }
      TestSlice refused = initiator.submit(initiator.read(0, 10));
      assertThat(refused.isDone()).as("no connection is tried").isTrue();
      initiator.pass(Duration.ofSeconds(61));
      initiator.submit(initiator.read(0, 10)).assertFailed(ErrorCode.SOCKET);
    }
  }

  @Test
  void newDescriptorMovesTheTraffic() {
    try (ScriptedServer first = new ScriptedServer(Link::serveWell);
        ScriptedServer second = new ScriptedServer(Link::serveWell)) {
      AtomicReference<SegmentDocument> document = new AtomicReference<>(first.node(2).document());
      EngineNode moving =
          new EngineNode() {
            @Override
            public SegmentDocument document() {
              return document.get();
            }

            @Override
            public Attributes handshake(Attributes request) {
              return Attributes.emptyMap();
            }
          };
      try (Initiator initiator = new Initiator(moving)) {
        initiator.submit(initiator.read(0, 10)).assertSucceeded();
        document.set(second.node(1).document());
        initiator.submit(initiator.read(0, 10)).assertSucceeded();
        assertThat(second.connections()).as("not fetched yet").isZero();
        initiator.peer.refresh();
        document.set(second.node(2).document());
        initiator.peer.refresh();
        initiator.submit(initiator.read(0, 10)).assertSucceeded();
        assertThat(second.received).hasSize(1);
        Await.until(
            () -> initiator.harness.metrics().value("connections") == 1, "the old one is gone");
        assertThat(initiator.harness.metrics().value("connections.lost")).isZero();
      }
    }
  }

  @Test
  void releaseFailsWhatIsInFlightAndAllowsANewStart() {
    try (ScriptedServer server = new ScriptedServer(Link::awaitEnd, Link::serveWell);
        Initiator initiator =
            new Initiator(server.node(2), CONNECTIONS, "1", TcpOptions.PIPELINE_DEPTH.key(), "2")) {
      TestSlice write = initiator.write(0, 10);
      TestSlice read = initiator.read(0, 10);
      TestSlice waiting = initiator.write(0, 10);
      initiator.harness.submit(write, read, waiting);
      Await.until(() -> initiator.harness.metrics().value("queued.slices") == 1, "two are taken");
      Await.until(() -> server.connections() == 1, "connected");
      initiator.harness.transport().release(initiator.peer);
      assertThat(write.isDone() && read.isDone() && waiting.isDone()).isTrue();
      assertThat(write.assertFailed(ErrorCode.LINK_BROKEN).mayStillLand()).isTrue();
      assertThat(write.detail()).contains("another has taken its place");
      read.assertFailed(ErrorCode.LINK_BROKEN);
      assertThat(waiting.assertFailed(ErrorCode.LINK_BROKEN).mayStillLand()).isFalse();
      initiator.submit(initiator.write(0, 10)).assertSucceeded();
    }
  }

  @Test
  void closeWhileBusyFailsEverythingOnce() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    ScriptedServer server = new ScriptedServer(Link::awaitEnd, link -> over.await());
    try (server;
        Initiator initiator = new Initiator(server.node(2))) {
      TestSlice[] slices = new TestSlice[5000];
      Arrays.setAll(slices, i -> i % 2 == 0 ? initiator.read(0, 4096) : initiator.write(0, 4096));
      initiator.harness.submit(slices);
      Await.until(() -> server.connections() == 2, "connected twice");
      initiator.harness.transport().close();
      for (TestSlice slice : slices) {
        assertThat(slice.isDone()).isTrue();
        slice.assertFailed(ErrorCode.CLOSED);
      }
      initiator.harness.transport().close();
      TestSlice late = initiator.submit(initiator.read(0, 10));
      assertThat(late.isDone()).isTrue();
      late.assertFailed(ErrorCode.CLOSED);
      over.countDown();
    }
  }

  @Test
  void peerThatDiesUnderLoadFailsEverySliceOnce() {
    try (TcpPair pair = new TcpPair(1 << 20)) {
      TestSlice[] slices = new TestSlice[20_000];
      Arrays.setAll(slices, i -> pair.write(0, 0, 4096));
      pair.initiator.submit(slices);
      slices[0].assertSucceeded();
      pair.target.close();
      for (TestSlice slice : slices) {
        slice.awaitDone();
        if (slice.state() == TestSlice.State.FAILED) {
          slice.assertFailed(ErrorCode.LINK_BROKEN, ErrorCode.SOCKET);
        }
      }
      TestSlice late = pair.read(0, 0, 10);
      pair.initiator.submit(late);
      late.assertFailed(ErrorCode.LINK_BROKEN, ErrorCode.SOCKET);
    }
  }

  @Test
  void memoryThatIsNoHostMemoryIsRefusedBeforeAnythingIsSent() {
    try (ScriptedServer server = new ScriptedServer(Link::serveWell);
        Initiator initiator = new Initiator(server.node(2))) {
      TestRegion device =
          initiator.harness.register(0x1000_0000L, 4096, new Location("cuda:0"), true);
      assertThat(device.entries()).isEmpty();
      TestSlice before = initiator.write(0, 10);
      TestSlice impossible =
          initiator.harness.slice(
              OpCode.WRITE,
              device,
              0,
              initiator.peer,
              initiator.peer.document().entries().get(0),
              ScriptedServer.BASE,
              100);
      TestSlice after = initiator.read(0, 10);
      initiator.harness.submit(before, impossible, after);
      impossible.assertFailed(ErrorCode.NOT_IMPLEMENTED);
      before.assertSucceeded();
      after.assertSucceeded();
    }
  }

  @Test
  void handshakesAreRefused() {
    try (TcpPair pair = new TcpPair(4096)) {
      assertThatThrownBy(() -> pair.target.transport().accept(Attributes.emptyMap()))
          .isInstanceOf(MooncakeException.class)
          .hasMessageContaining("no handshake");
    }
  }

  @Test
  void speaksIpv6() {
    assumeTrue(hasIpv6(), "this host has no IPv6 loopback address ::1");
    try (var target = TcpPair.start("mooncake.network.bind-address", "::1");
        var initiator = TcpPair.start();
        var memory = TestMemory.allocate(4096);
        var copy = TestMemory.allocate(4096)) {
      memory.fill(4);
      TestRegion region = target.register(memory);
      SegmentDocument seen = target.document();
      EngineNode node =
          EngineNode.of(
              new SegmentDocument(
                  seen.segmentName(),
                  "::1",
                  true,
                  seen.classic(),
                  seen.extension(),
                  seen.entries()));
      TestSlice read =
          initiator.read(initiator.register(copy), 0, initiator.open(node), region.address(), 4096);
      initiator.submit(read);
      read.assertSucceeded();
      copy.assertHolds(0, TestMemory.pattern(4, 0, 4096), "read over IPv6");
    }
  }

  private static boolean hasIpv6() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(IPV6_LOOPBACK), 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
