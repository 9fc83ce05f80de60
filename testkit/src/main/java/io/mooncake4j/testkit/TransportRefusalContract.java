package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.TransportFeature;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The part of {@link TransportContract} about what must be refused, and refused alone. */
public interface TransportRefusalContract {
  /**
   * Returns the running test's bench.
   *
   * @return the bench
   */
  TransportBench bench();

  private void assumeRefuses() {
    Assumptions.assumeTrue(
        bench().fixture().refusesUnpublished(),
        "the transport cannot know what a peer has published");
  }

  @Test
  default void aRangeThatWasNeverPublishedIsRefused() {
    assumeRefuses();
    Target target = bench().startTarget();
    long length = bench().aligned(4_096);
    Target.Region region = target.register(length, true);
    TestRegion local = bench().local(length);
    local.memory().fill(1);
    TestPeer peer = bench().initiator().open(target);
    // Half inside, half outside of what the target serves: the whole slice must be refused.
    RemoteEntry known = peer.document().entryFor(region.address(), 1);
    RemoteEntry forged =
        new RemoteEntry(known.name(), region.address() + length / 2, length, known.members());
    assertRefused(local, peer, forged, length);
    bench().assertServes(target);
  }

  @Test
  default void aLocalOnlyRegionIsNeitherPublishedNorServed() {
    assumeRefuses();
    Target target = bench().startTarget();
    long length = bench().aligned(4_096);
    Target.Region hidden = target.register(length, false);
    Target.Region shown = target.register(length, true);
    hidden.fill(2);
    assertThat(hidden.entries()).isEmpty();
    TestRegion local = bench().local(length);
    local.memory().fill(1);
    TestPeer peer = bench().initiator().open(target);
    RemoteEntry known = peer.document().entryFor(shown.address(), 1);
    assertRefused(
        local,
        peer,
        new RemoteEntry(known.name(), hidden.address(), length, known.members()),
        length);
    TestMemory.assertEqual(
        hidden.bytes(0, (int) length), TestMemory.pattern(2, 0, (int) length), "hidden memory");
  }

  @Test
  default void aWithdrawnRegionIsRefused() {
    assumeRefuses();
    Target target = bench().startTarget();
    long length = bench().aligned(4_096);
    Target.Region leaving = target.register(length, true);
    Target.Region staying = target.register(length, true);
    leaving.fill(2);
    TestRegion local = bench().local(length);
    local.memory().fill(1);
    TestPeer peer = bench().initiator().open(target);
    RemoteEntry entry = peer.document().entryFor(leaving.address(), 1);
    bench().transfer(bench().anyOpcode(), local, 0, peer, leaving, 0, length);
    leaving.fill(2);
    local.memory().fill(1);

    target.withdraw(leaving);

    assertThat(target.document().entries()).doesNotContain(entry);
    assertRefused(
        local,
        peer,
        new RemoteEntry(entry.name(), leaving.address(), length, entry.members()),
        length);
    TestMemory.assertEqual(
        leaving.bytes(0, (int) length), TestMemory.pattern(2, 0, (int) length), "withdrawn memory");
    bench().transfer(bench().anyOpcode(), local, 0, peer, staying, 0, length);
  }

  private void assertRefused(TestRegion local, TestPeer peer, RemoteEntry entry, long length) {
    for (OpCode opcode : OpCode.values()) {
      if (!bench().claims(featureOf(opcode))) {
        continue;
      }
      byte[] before = local.memory().bytes(0, (int) local.length());
      long size = Math.min(length, bench().initiator().transport().maxSliceBytes());
      TestSlice slice =
          bench().initiator().slice(opcode, local, 0, peer, entry, entry.address(), size);
      bench().initiator().submit(slice);
      slice.assertFailed(bench().fixture().refusalCodes().toArray(ErrorCode[]::new));
      if (slice.code() == ErrorCode.PEER_REJECTED_ADDRESS) {
        assertThat(slice.mayStillLand()).as("a refused write never lands").isFalse();
      }
      local.memory().assertHolds(0, before, "local memory after a refused " + opcode);
    }
  }

  private static TransportFeature featureOf(OpCode opcode) {
    return opcode == OpCode.READ ? TransportFeature.READ : TransportFeature.WRITE;
  }

  @Test
  default void directionsWorkAsClaimed() {
    Target target = bench().startTarget();
    long length = bench().aligned(100);
    Target.Region remote = target.register(length, true);
    TestRegion local = bench().local(length);
    TestPeer peer = bench().initiator().open(target);
    for (OpCode opcode : OpCode.values()) {
      List<TestSlice> slices = bench().slices(opcode, local, 0, peer, remote, 0, length);
      bench().submit(slices);
      if (bench().claims(featureOf(opcode))) {
        slices.forEach(TestSlice::assertSucceeded);
      } else {
        slices.forEach(TestSlice::assertFailed);
      }
    }
  }

  @Test
  default void theEnginesOwnSegmentWorksAsClaimed() {
    long length = bench().aligned(10_000);
    TestMemory memory = bench().fixture().allocate(bench().initiator(), length);
    TestRegion region = bench().initiator().register(memory);
    TestRegion local = bench().local(length);
    TestPeer self = bench().initiator().self();
    assertThat(self.isSelf()).isTrue();
    memory.fill(3);
    local.memory().fill(3);
    if (region.entries().isEmpty()) {
      assertThat(bench().claims(TransportFeature.SELF))
          .as("a transport that publishes nothing cannot reach itself")
          .isFalse();
      return;
    }
    long start = bench().startOf(region);
    RemoteEntry entry = self.document().entryFor(start, length);
    TestSlice slice =
        bench().initiator().slice(bench().anyOpcode(), local, 0, self, entry, start, length);
    bench().initiator().submit(slice);
    if (bench().claims(TransportFeature.SELF)) {
      slice.assertSucceeded();
    } else {
      slice.assertFailed();
    }
  }

  @Test
  default void handshakesWorkAsClaimed() {
    bench().assumePeerProcess();
    bench().assertServes(bench().startTarget());
    assertThat(bench().initiator().handshakes() > 0)
        .as("whether it shook hands with a new peer")
        .isEqualTo(bench().claims(TransportFeature.HANDSHAKE));
  }

  @Test
  default void malformedHandshakesAreRefusedInWords() {
    List<Attributes> malformed =
        List.of(
            Attributes.emptyMap(),
            Attributes.map().put("payload", 7).build(),
            Attributes.map().put("payload", "nonsense:::").build(),
            Attributes.map().put("peer_nic_path", "nobody@nothing").put("qp_num", "x").build(),
            Attributes.map().put("local_gid", true).put("local_lid", "many").build());
    for (Attributes request : malformed) {
      try {
        Attributes answer = bench().initiator().transport().accept(request);
        assertThat(bench().claims(TransportFeature.HANDSHAKE))
            .as("a transport without handshakes answered %s with %s", request, answer)
            .isTrue();
      } catch (MooncakeException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    bench().assertServes(bench().startTarget());
  }
}
