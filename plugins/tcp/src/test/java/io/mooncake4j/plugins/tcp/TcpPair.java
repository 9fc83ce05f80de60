package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.Leaks;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TransportHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two engines over loopback, with a region each, that must leave nothing behind. */
final class TcpPair implements AutoCloseable {
  private static final Duration LEAK_LIMIT = Duration.ofSeconds(15);

  private final Leaks before = snapshot();
  private final List<TestMemory> memories = new ArrayList<>();
  final TransportHarness initiator;
  final TransportHarness target;
  final TestRegion local;
  final TestRegion remote;
  final TestPeer peer;

  /** Options are pairs of key and value, for both sides. */
  TcpPair(long bytes, String... options) {
    initiator = start(options);
    target = start(options);
    local = initiator.register(memory(bytes));
    remote = target.register(memory(bytes));
    peer = initiator.open(target);
  }

  /** What the JDK and native libraries open once is no leak. */
  static void warmUp() {
    TestMemory.allocate(1).close();
    start().close();
  }

  private static Leaks snapshot() {
    warmUp();
    return Leaks.snapshot();
  }

  static TransportHarness start(String... options) {
    return start(new TcpTransportProvider(), options);
  }

  static TransportHarness start(TransportProvider provider, String... options) {
    var builder = TransportHarness.of(provider);
    for (int i = 0; i < options.length; i += 2) {
      builder.option(options[i], options[i + 1]);
    }
    return builder.start();
  }

  TestMemory memory(long bytes) {
    TestMemory memory = TestMemory.allocate(bytes);
    memories.add(memory);
    return memory;
  }

  TestSlice read(long localOffset, long remoteOffset, long length) {
    return initiator.read(local, localOffset, peer, remote.address() + remoteOffset, length);
  }

  TestSlice write(long localOffset, long remoteOffset, long length) {
    return initiator.write(local, localOffset, peer, remote.address() + remoteOffset, length);
  }

  @Override
  public void close() {
    initiator.close();
    target.close();
    initiator.assertNoViolations();
    target.assertNoViolations();
    memories.forEach(TestMemory::close);
    before.assertNoneSince(LEAK_LIMIT);
  }
}
