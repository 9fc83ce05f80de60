package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TransportHarness;
import java.util.ArrayList;
import java.util.List;

/** Two engines in this process, with a region each; options are pairs, for both sides. */
final class ShmPair implements AutoCloseable {
  private final List<TestMemory> memories = new ArrayList<>();
  final TransportHarness initiator;
  final TransportHarness target;
  final TestRegion local;
  final TestRegion remote;
  final TestPeer peer;

  ShmPair(long bytes, String... options) {
    initiator = start(options);
    target = start(options);
    local = initiator.register(memory(bytes));
    remote = target.register(memory(bytes));
    peer = initiator.open(target);
  }

  static TransportHarness start(String... options) {
    var builder = TransportHarness.of(new ShmTransportProvider());
    for (int i = 0; i < options.length; i += 2) {
      builder.option(options[i], options[i + 1]);
    }
    return builder.start();
  }

  TestMemory memory(long bytes) {
    TestMemory memory = TestMemory.allocateShared(bytes);
    memories.add(memory);
    return memory;
  }

  TestSlice slice(OpCode opcode, long offset, long length) {
    return opcode == OpCode.READ
        ? initiator.read(local, offset, peer, remote.address() + offset, length)
        : initiator.write(local, offset, peer, remote.address() + offset, length);
  }

  @Override
  public void close() {
    initiator.close();
    target.close();
    initiator.assertNoViolations();
    target.assertNoViolations();
    memories.forEach(TestMemory::close);
  }
}
