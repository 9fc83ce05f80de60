package io.mooncake4j.testkit;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * What one test of {@link TransportContract} works with: an initiator, a target, memory on both
 * sides, and the splitting of ranges into slices that an engine would do. Used by one thread but
 * for {@link #slices} and {@link #transfer}, which are safe from any.
 */
public final class TransportBench implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final TransportFixture fixture;
  private final TransportDescription description;
  private final int number = COUNT.incrementAndGet();
  private final TransportHarness initiator;
  private final List<Target> targets = new ArrayList<>();
  private final List<TestRegion> regions = new ArrayList<>();

  TransportBench(TransportFixture fixture) {
    this.fixture = fixture;
    this.description = fixture.provider().describe();
    this.initiator = fixture.startHarness("initiator-" + number);
  }

  /**
   * Returns the fixture.
   *
   * @return made for this test
   */
  public TransportFixture fixture() {
    return fixture;
  }

  /**
   * Returns the provider's description.
   *
   * @return what it claims
   */
  public TransportDescription description() {
    return description;
  }

  /**
   * Says whether the provider claims a feature.
   *
   * @param feature the feature
   * @return true when it does
   */
  public boolean claims(TransportFeature feature) {
    return description.has(feature);
  }

  /**
   * Returns the engine that submits.
   *
   * @return closed with the bench
   */
  public TransportHarness initiator() {
    return initiator;
  }

  /**
   * Starts a target as the fixture likes it.
   *
   * @return closed with the bench
   */
  public Target startTarget() {
    return keep(fixture.startTarget("target-" + number + "-" + targets.size()));
  }

  /**
   * Closes a target with the bench.
   *
   * @param target the target
   * @return the same
   */
  public Target keep(Target target) {
    targets.add(target);
    return target;
  }

  /**
   * Registers memory with the initiator.
   *
   * @param length bytes
   * @return the region, remote accessible
   */
  public TestRegion local(long length) {
    boolean shared = claims(TransportFeature.SHARED_MEMORY);
    TestMemory memory = shared ? TestMemory.allocateShared(length) : TestMemory.allocate(length);
    TestRegion region = initiator.register(memory);
    regions.add(region);
    return region;
  }

  /**
   * Rounds a length or an offset up to what the transport's alignment allows.
   *
   * @param bytes any
   * @return a multiple of the alignment
   */
  public long aligned(long bytes) {
    int alignment = description.limits().alignment();
    return (bytes + alignment - 1) / alignment * alignment;
  }

  /**
   * Returns where a published region starts for peers.
   *
   * @param region a region with entries
   * @return an address in the transport's space
   */
  public long startOf(TestRegion region) {
    return description.addressSpace() == AddressSpace.VIRTUAL
        ? region.address()
        : region.entries().get(0).address();
  }

  /**
   * Splits a range into slices as an engine does: by entries and by the transport's longest slice.
   *
   * @param opcode the direction
   * @param local the initiator's region
   * @param localOffset bytes from its start
   * @param peer the far side, with a document that shows the remote region
   * @param remote the target's region
   * @param remoteOffset bytes from its start
   * @param length bytes
   * @return new slices
   */
  public List<TestSlice> slices(
      OpCode opcode,
      TestRegion local,
      long localOffset,
      TestPeer peer,
      Target.Region remote,
      long remoteOffset,
      long length) {
    List<TestSlice> slices = new ArrayList<>();
    for (long done = 0; done < length; ) {
      long address = fixture.remoteAddress(remote, remoteOffset + done);
      RemoteEntry entry = peer.document().entryFor(address, 1);
      long room = entry.length() - (address - entry.address());
      long part = Math.min(Math.min(room, initiator.transport().maxSliceBytes()), length - done);
      slices.add(initiator.slice(opcode, local, localOffset + done, peer, entry, address, part));
      done += part;
    }
    return slices;
  }

  /**
   * Moves a range and fails unless all of it succeeds.
   *
   * @param opcode the direction
   * @param local the initiator's region
   * @param localOffset bytes from its start
   * @param peer the far side
   * @param remote the target's region
   * @param remoteOffset bytes from its start
   * @param length bytes
   */
  public void transfer(
      OpCode opcode,
      TestRegion local,
      long localOffset,
      TestPeer peer,
      Target.Region remote,
      long remoteOffset,
      long length) {
    List<TestSlice> slices = slices(opcode, local, localOffset, peer, remote, remoteOffset, length);
    submit(slices);
    slices.forEach(TestSlice::assertSucceeded);
  }

  /**
   * Submits slices in one call.
   *
   * @param slices new or completed slices
   */
  public void submit(List<TestSlice> slices) {
    initiator.submit(slices.toArray(TestSlice[]::new));
  }

  /**
   * Shows that transfers with a target work, both ways as far as claimed.
   *
   * @param target the target
   */
  public void assertServes(Target target) {
    long length = aligned(10_000);
    Target.Region remote = target.register(length, true);
    remote.fill(77);
    TestRegion local = local(length);
    TestPeer peer = initiator.open(target);
    if (claims(TransportFeature.READ)) {
      transfer(OpCode.READ, local, 0, peer, remote, 0, length);
      local.memory().assertHolds(0, TestMemory.pattern(77, 0, (int) length), "bytes read");
    }
    if (claims(TransportFeature.WRITE)) {
      local.memory().fill(78);
      transfer(OpCode.WRITE, local, 0, peer, remote, 0, length);
      TestMemory.assertEqual(
          remote.bytes(0, (int) length), TestMemory.pattern(78, 0, (int) length), "bytes written");
    }
  }

  /**
   * Returns a direction that the transport claims.
   *
   * @return reading if it can, else writing
   */
  public OpCode anyOpcode() {
    return claims(TransportFeature.READ) ? OpCode.READ : OpCode.WRITE;
  }

  /**
   * Skips the test unless a feature is claimed.
   *
   * @param feature the feature
   */
  public void assumeClaims(TransportFeature feature) {
    Assumptions.assumeTrue(claims(feature), () -> "the transport does not claim " + feature);
  }

  /** Skips the test for transports whose segments need no engine. */
  public void assumePeerProcess() {
    Assumptions.assumeFalse(
        claims(TransportFeature.NO_PEER_PROCESS), "its segments need no engine");
  }

  /** Skips the test for transports that have no peers, or none with a process of its own. */
  public void assumePeers() {
    assumePeerProcess();
    Assumptions.assumeTrue(
        claims(TransportFeature.REMOTE_PROCESS), "its only peer is the engine itself");
  }

  /** Fails unless nobody has broken a promise and every region was let go. */
  void assertClean() {
    initiator.assertNoViolations();
    targets.forEach(Target::assertNoViolations);
    for (TestRegion region : regions) {
      Await.until(() -> region.holds() == 0, () -> region + " is held by " + region.holds());
    }
  }

  @Override
  public void close() {
    try {
      initiator.close();
    } finally {
      targets.forEach(Target::close);
      fixture.close();
    }
  }
}
