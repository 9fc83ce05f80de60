package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.FreePorts;
import io.mooncake4j.testkit.TestSlice;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that resolve slowly, wrongly or not at all, and peers that do not answer a connect. */
class TcpConnectTest {
  private static final String TIMEOUT = TcpOptions.CONNECT_TIMEOUT.key();

  /** Far above the timeouts of these tests, far below the five seconds that closing may take. */
  private static final Duration PROMPT = Duration.ofSeconds(3);

  /** A resolver that hangs as the system's does: interrupts do not end it. */
  private static final class HangingResolver implements NameLookup.Resolver, AutoCloseable {
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public InetAddress[] resolve(String host) {
      calls.incrementAndGet();
      boolean interrupted = false;
      while (true) {
        try {
          release.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    @Override
    public void close() {
      release.countDown();
    }
  }

  private static EngineNode node(String host, int port) {
    return ScriptedServer.node(
        host, Attributes.map().put("tcp_data_port", port).put("tcp_proto_version", 2));
  }

  private static Initiator initiator(
      NameLookup.Resolver resolver, EngineNode node, String... options) {
    return new Initiator(new TcpTransportProvider(resolver), node, options);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void aResolverThatHangsCostsTheConnectTimeoutAndDelaysNoClose() {
    HangingResolver resolver = new HangingResolver();
    try (Initiator initiator = initiator(resolver, node("slow.test", 15000), TIMEOUT, "200ms");
        resolver) {
      long start = System.nanoTime();
      TestSlice slice = initiator.submit(initiator.write(0, 10)).assertFailed(ErrorCode.DNS);
      assertThat(since(start)).isBetween(Duration.ofMillis(190), PROMPT);
      assertThat(slice.mayStillLand()).isFalse();
      assertThat(slice.detail())
          .contains("slow.test:15000", "within 200 ms", "mooncake.tcp.connect-timeout");
      long closing = System.nanoTime();
      initiator.harness.transport().close();
      assertThat(since(closing)).isLessThan(PROMPT);
    }
    assertThat(resolver.calls).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closingEndsTheWaitForAResolver(boolean onlyThePeer) {
    HangingResolver resolver = new HangingResolver();
    try (Initiator initiator = initiator(resolver, node("slow.test", 15000), TIMEOUT, "60s");
        resolver) {
      TestSlice slice = initiator.submit(initiator.read(0, 10));
      Await.until(() -> resolver.calls.get() == 1, "the resolver is asked");
      long start = System.nanoTime();
      if (onlyThePeer) {
        initiator.harness.transport().release(initiator.peer);
      } else {
        initiator.harness.transport().close();
      }
      assertThat(slice.isDone()).isTrue();
      slice.assertFailed(onlyThePeer ? ErrorCode.LINK_BROKEN : ErrorCode.CLOSED);
      assertThat(since(start)).isLessThan(PROMPT);
    }
  }

  @Test
  void hangingLookupsOccupyFewThreads() {
    HangingResolver resolver = new HangingResolver();
    try (Initiator initiator =
            initiator(
                resolver,
                node("slow.test", 15000),
                TIMEOUT,
                "10ms",
                TcpOptions.COOL_DOWN.key(),
                "0s");
        resolver) {
      for (int i = 0; i < 20; i++) {
        initiator.submit(initiator.read(0, 10)).assertFailed(ErrorCode.DNS);
      }
      assertThat(resolver.calls).hasValue(4);
    }
  }

  @Test
  void namesAreResolvedAndEachAddressIsTried() throws Exception {
    // Nobody listens at 127.0.0.2, another address of the loopback interface.
    InetAddress[] addresses = {
      InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), InetAddress.getLoopbackAddress()
    };
    try (ScriptedServer server = new ScriptedServer(Link::serveWell);
        Initiator initiator = initiator(host -> addresses, node("peer.test", server.port()))) {
      initiator.submit(initiator.read(0, 10)).assertSucceeded();
    }
  }

  @Test
  void aResolverThatFailsIsADnsErrorWithItsWords() {
    NameLookup.Resolver broken =
        host -> {
          throw new IllegalStateException("the table is torn");
        };
    try (Initiator initiator = initiator(broken, node("peer.test", 15000))) {
      TestSlice slice = initiator.submit(initiator.read(0, 10)).assertFailed(ErrorCode.DNS);
      assertThat(slice.detail()).contains("peer.test:15000", "the table is torn");
    }
  }

  @Test
  void numericAddressesNeedNoResolver() {
    AtomicInteger asked = new AtomicInteger();
    NameLookup.Resolver counting =
        host -> {
          asked.incrementAndGet();
          return InetAddress.getAllByName(host);
        };
    try (ScriptedServer server = new ScriptedServer(Link::serveWell)) {
      try (Initiator initiator = initiator(counting, node("127.0.0.1", server.port()))) {
        initiator.submit(initiator.read(0, 10)).assertSucceeded();
      }
      // Whether the machine has IPv6 or not, nobody has to be asked.
      try (Initiator initiator = initiator(counting, node("::1", server.port()))) {
        initiator.submit(initiator.read(0, 10)).awaitDone();
      }
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void aPeerThatDoesNotAnswerAConnectCostsTheConnectTimeout() throws IOException {
    try (FullListener listener = new FullListener();
        Initiator initiator =
            new Initiator(
                node("127.0.0.1", listener.port()),
                TIMEOUT,
                "400ms",
                TcpOptions.COOL_DOWN.key(),
                "60s")) {
      long start = System.nanoTime();
      TestSlice slice = initiator.submit(initiator.write(0, 10)).assertFailed(ErrorCode.SOCKET);
      assertThat(since(start)).isBetween(Duration.ofMillis(390), PROMPT);
      assertThat(slice.mayStillLand()).isFalse();
      assertThat(slice.detail()).contains("127.0.0.1:" + listener.port(), "is the peer running");
    }
  }

  @Test
  void withoutACoolDownAPeerThatRefusesFailsWhatWaitsAndIsTriedAgain() {
    try (Initiator initiator =
        new Initiator(node("127.0.0.1", FreePorts.one()), TcpOptions.COOL_DOWN.key(), "0s")) {
      for (int i = 0; i < 3; i++) {
        initiator.submit(initiator.read(0, 10)).assertFailed(ErrorCode.SOCKET);
      }
    }
  }
}
