package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TransportHarness;

/** Two engines on one simulated network, with a region each. */
final class SimulatedPair implements AutoCloseable {
  static final int BYTES = 64 << 10;

  final SimulatedFixture fixture;
  final TransportHarness initiator;
  final TransportHarness target;
  final TestRegion local;
  final TestRegion remote;
  final TestPeer peer;

  SimulatedPair(SimulatedFixture fixture) {
    this.fixture = fixture;
    initiator = fixture.startHarness("initiator");
    target = fixture.startHarness("target");
    local = initiator.register(fixture.allocate(initiator, BYTES));
    remote = target.register(fixture.allocate(target, BYTES));
    peer = initiator.open(target);
  }

  Faults faults() {
    return fixture.network().faults();
  }

  TestSlice slice(OpCode opcode, int offset, int length) {
    long address = remote.address() + offset;
    return opcode == OpCode.READ
        ? initiator.read(local, offset, peer, address, length)
        : initiator.write(local, offset, peer, address, length);
  }

  TestSlice submit(OpCode opcode, int offset, int length) {
    TestSlice slice = slice(opcode, offset, length);
    initiator.submit(slice);
    return slice;
  }

  static byte[] pattern(long seed) {
    return TestMemory.pattern(seed, 0, BYTES);
  }

  @Override
  public void close() {
    initiator.close();
    target.close();
    fixture.close();
    initiator.assertNoViolations();
    target.assertNoViolations();
  }
}
