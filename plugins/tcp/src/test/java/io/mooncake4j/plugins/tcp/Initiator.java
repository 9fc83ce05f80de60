package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.Leaks;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TransportHarness;
import java.time.Duration;

/** An engine with a region and one peer, which is not an engine but a script. */
final class Initiator implements AutoCloseable {
  static final int BYTES = 8 << 20;
  private static final Duration LEAK_LIMIT = Duration.ofSeconds(15);

  private final Leaks before;
  final TransportHarness harness;
  final TestMemory memory;
  final TestRegion region;
  final TestPeer peer;

  Initiator(EngineNode node, String... options) {
    this(new TcpTransportProvider(), node, options);
  }

  Initiator(TransportProvider provider, EngineNode node, String... options) {
    TcpPair.warmUp();
    before = Leaks.snapshot();
    harness = TcpPair.start(provider, options);
    memory = TestMemory.allocate(BYTES);
    region = harness.register(memory);
    peer = harness.open(node);
  }

  TestSlice read(long offset, long length) {
    return harness.read(region, offset, peer, ScriptedServer.BASE + offset, length);
  }

  TestSlice write(long offset, long length) {
    return harness.write(region, offset, peer, ScriptedServer.BASE + offset, length);
  }

  TestSlice submit(TestSlice slice) {
    harness.submit(slice);
    return slice;
  }

  /** Puts the clock of the transport forward, as if so much time had passed. */
  void pass(Duration span) {
    harness.clock().advance(span);
  }

  /** The slices have to be completed exactly once, and nothing may be left behind. */
  @Override
  public void close() {
    harness.close();
    harness.assertNoViolations();
    if (region.holds() != 0) {
      throw new AssertionError(region + " is still held " + region.holds() + " times");
    }
    memory.close();
    before.assertNoneSince(LEAK_LIMIT);
  }
}
