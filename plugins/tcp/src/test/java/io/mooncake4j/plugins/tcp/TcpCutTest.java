package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.CutRelay;
import io.mooncake4j.testkit.CutRelay.Cut;
import io.mooncake4j.testkit.CutRelay.Direction;
import io.mooncake4j.testkit.CutRelay.Manner;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.Leaks;
import io.mooncake4j.testkit.SegmentDocument;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TransportHarness;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A small exchange over a connection that is cut behind each of its bytes; the next connection is
 * left whole.
 */
@Tag("slow")
class TcpCutTest {
  private static final String PORT = "tcp_data_port";
  private static final Duration LIMIT = Duration.ofSeconds(15);

  @ParameterizedTest(name = "v{0} {1} {2}")
  @CsvSource({
    "2, TO_SERVER, FIN",
    "2, TO_SERVER, RESET",
    "2, TO_CLIENT, FIN",
    "2, TO_CLIENT, RESET",
    "1, TO_SERVER, FIN",
    "1, TO_SERVER, RESET",
    "1, TO_CLIENT, FIN",
    "1, TO_CLIENT, RESET"
  })
  void beforeOurServer(int version, Direction direction, Manner manner) {
    TcpPair.warmUp();
    Leaks before = Leaks.snapshot();
    try (TransportHarness initiator = startInitiator(version);
        TransportHarness target = TcpPair.start();
        TestMemory here = TestMemory.allocate(SmallExchange.BYTES);
        TestMemory there = TestMemory.allocate(SmallExchange.BYTES)) {
      cutEverywhere(
          direction,
          manner,
          cut -> {
            here.fill(1);
            there.fill(2);
            TestRegion local = initiator.register(here);
            TestRegion remote = target.register(there);
            long forwarded;
            try (CutRelay relay = relay((int) target.document().classic().integer(PORT), cut)) {
              TestPeer peer = initiator.open(behind(relay, target.document()));
              SmallExchange exchange =
                  new SmallExchange(
                      initiator,
                      local,
                      peer,
                      remote.address(),
                      () -> there.bytes(0, SmallExchange.BYTES));
              carryOut(
                  exchange, () -> Await.until(() -> remote.holds() == 0, "the server lets go"));
              forwarded = relay.forwarded(direction);
              assertClosable(initiator, local);
              // Peers still have connections, but none is inside of the region.
              assertClosable(target, remote);
              initiator.transport().release(peer);
            }
            Await.until(
                () -> target.metrics().value("served.connections") == 0, "all sessions ended");
            return forwarded;
          });
      target.assertNoViolations();
      initiator.assertNoViolations();
    }
    before.assertNoneSince(LIMIT);
  }

  @ParameterizedTest(name = "v{0} {1} {2}")
  @CsvSource({
    "2, TO_SERVER, FIN",
    "2, TO_SERVER, RESET",
    "2, TO_CLIENT, FIN",
    "2, TO_CLIENT, RESET",
    "1, TO_SERVER, FIN",
    "1, TO_SERVER, RESET",
    "1, TO_CLIENT, FIN",
    "1, TO_CLIENT, RESET"
  })
  void beforeAServerThatDoesOneThingAfterTheOther(int version, Direction direction, Manner manner) {
    TcpPair.warmUp();
    Leaks before = Leaks.snapshot();
    try (TransportHarness initiator = startInitiator(2);
        TestMemory here = TestMemory.allocate(SmallExchange.BYTES)) {
      cutEverywhere(
          direction,
          manner,
          cut -> {
            byte[] there = TestMemory.pattern(2, 0, SmallExchange.BYTES);
            here.fill(1);
            TestRegion local = initiator.register(here);
            try (ScriptedServer server = new ScriptedServer(new SequentialPeer(there));
                CutRelay relay = relay(server.port(), cut)) {
              TestPeer peer = initiator.open(scripted(relay, version));
              SmallExchange exchange =
                  new SmallExchange(initiator, local, peer, ScriptedServer.BASE, there::clone);
              carryOut(exchange, () -> server.awaitIdle(1));
              assertClosable(initiator, local);
              initiator.transport().release(peer);
              return relay.forwarded(direction);
            }
          });
      initiator.assertNoViolations();
    }
    before.assertNoneSince(LIMIT);
  }

  /** One exchange over a connection that is cut so; returns how many bytes its direction had. */
  private interface Attempt {
    long with(Cut cut);
  }

  private static void cutEverywhere(Direction direction, Manner manner, Attempt attempt) {
    long whole = attempt.with(new Cut(direction, Long.MAX_VALUE, manner));
    assertThat(whole).isGreaterThan(60);
    for (long bytes = 0; bytes <= whole; bytes++) {
      try {
        attempt.with(new Cut(direction, bytes, manner));
      } catch (AssertionError e) {
        throw new AssertionError(
            "cut behind byte " + bytes + " of " + whole + ": " + e.getMessage(), e);
      }
    }
  }

  /** Runs it, checks its outcome once the cut connection is over, and makes up for what failed. */
  private static void carryOut(SmallExchange exchange, Runnable quiet) {
    exchange.run();
    exchange.assertFailuresAreHonest();
    quiet.run();
    exchange.assertBytes();
    exchange.repair();
    exchange.assertBytes();
  }

  private static TransportHarness startInitiator(int version) {
    return TcpPair.start(
        TcpOptions.CONNECTIONS.key(),
        "1",
        TcpOptions.COOL_DOWN.key(),
        "0ms",
        TcpOptions.PROTOCOL_VERSION.key(),
        "" + version);
  }

  private static CutRelay relay(int port, Cut cut) {
    return cut.bytes() == Long.MAX_VALUE ? new CutRelay(port) : new CutRelay(port, cut);
  }

  private static EngineNode behind(CutRelay relay, SegmentDocument own) {
    return EngineNode.of(
        new SegmentDocument(
            own.segmentName(),
            own.host(),
            own.fromJava(),
            Attributes.map().putAll(own.classic()).put(PORT, relay.port()).build(),
            own.extension(),
            own.entries()));
  }

  private static EngineNode scripted(CutRelay relay, int version) {
    return ScriptedServer.node(
        Attributes.map().put(PORT, relay.port()).put("tcp_proto_version", version));
  }

  private static void assertClosable(TransportHarness owner, TestRegion region) {
    Await.until(() -> region.holds() == 0, () -> region + " is held " + region.holds() + " times");
    owner.withdraw(region);
    assertThat(owner.quiesce(LIMIT, region)).isEqualTo(Quiescence.QUIET);
  }
}
