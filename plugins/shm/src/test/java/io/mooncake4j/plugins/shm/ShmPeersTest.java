package io.mooncake4j.plugins.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PeerDescriptor;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.SegmentDocument;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TransportHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the transport reaches, how many of them, and what it says of the others. */
@Timeout(60)
class ShmPeersTest {
  private static final int PEERS = 64;
  private static final int SIZE = 10_000;

  private static SegmentDocument altered(SegmentDocument document, String member, Object value) {
    Attributes changed =
        value instanceof Long number ? Attributes.of(number) : Attributes.of((String) value);
    return new SegmentDocument(
        document.segmentName(),
        document.host(),
        true,
        document.classic(),
        Attributes.map().putAll(document.extension()).put(member, changed).build(),
        document.entries());
  }

  @ParameterizedTest
  @CsvSource({
    "boot_id, elsewhere, another host",
    "pid_namespace, pid:[1], share a pid namespace",
    "uid, 77, runs as user 77",
    "pid, 4194000, has ended",
    "start, 1, has ended",
    "descriptor, 999999, cannot be opened",
    "descriptor, 0, ",
    "descriptor, -1, descriptor",
    "token, 00000000000000000000000000000000, another engine",
    "token, x, token"
  })
  void peersThatCannotBeReachedAreRefusedInWords(String member, String value, String words) {
    try (ShmPair pair = new ShmPair(SIZE)) {
      boolean number = List.of("uid", "pid", "start", "descriptor").contains(member);
      Object changed = number ? (Object) Long.parseLong(value) : value;
      SegmentDocument document = altered(pair.target.document(), member, changed);
      TestPeer peer = pair.initiator.open(EngineNode.of(document));
      PeerDescriptor descriptor = pair.initiator.context().descriptor(peer, false);
      assertThat(pair.initiator.transport().reaches(descriptor)).isFalse();
      TestSlice slice = pair.initiator.write(pair.local, 0, peer, pair.remote.address(), SIZE);
      for (int round = 0; round < 2; round++) {
        pair.initiator.submit(slice);
        slice.assertFailed(ErrorCode.ENDPOINT, ErrorCode.MALFORMED);
        assertThat(slice.detail()).contains(words == null ? "" : words);
        assertThat(slice.mayStillLand()).isFalse();
      }
      assertThat(
              pair.initiator
                  .transport()
                  .reaches(pair.initiator.context().descriptor(pair.peer, false)))
          .isTrue();
    }
  }

  @Test
  void oneMorePeerThanThereArePlacesIsToldSoUntilOneLeaves() {
    try (ShmPair pair = new ShmPair(SIZE, ShmOptions.MAX_PEERS.key(), "1");
        TransportHarness late = ShmPair.start()) {
      TestSlice first = pair.slice(OpCode.WRITE, 0, SIZE);
      pair.initiator.submit(first);
      first.assertSucceeded();
      TestRegion local = late.register(pair.memory(SIZE));
      TestPeer peer = late.open(pair.target);
      TestSlice second = late.write(local, 0, peer, pair.remote.address(), SIZE);
      late.submit(second);
      second.assertFailed(ErrorCode.ENDPOINT);
      assertThat(second.detail()).contains("1 places", ShmOptions.MAX_PEERS.key());
      assertThat(pair.target.metrics().value("served.peers")).isEqualTo(1);

      pair.initiator.transport().release(pair.peer);
      assertThat(pair.target.metrics().value("served.peers")).isZero();
      Await.until(
          () -> {
            late.submit(second);
            return second.awaitDone().state() == TestSlice.State.SUCCEEDED;
          },
          "the place that became free is taken");
    }
  }

  @Test
  void manyPeersReachOneEngine() {
    try (TransportHarness target = ShmPair.start()) {
      TestMemory memory = TestMemory.allocateShared((long) PEERS * SIZE);
      TestRegion remote = target.register(memory);
      List<TransportHarness> peers = new ArrayList<>();
      List<TestSlice> slices = new ArrayList<>();
      try {
        for (int i = 0; i < PEERS; i++) {
          TransportHarness harness = ShmPair.start(ShmOptions.INLINE_BYTES.key(), "0");
          peers.add(harness);
          TestRegion local = harness.register(TestMemory.allocateShared(SIZE));
          local.memory().fill(i);
          long at = remote.address() + (long) i * SIZE;
          slices.add(harness.write(local, 0, harness.open(target), at, SIZE));
        }
        for (int i = 0; i < PEERS; i++) {
          peers.get(i).submit(slices.get(i));
        }
        slices.forEach(TestSlice::assertSucceeded);
        assertThat(target.metrics().value("served.peers")).isEqualTo(PEERS);
        for (int i = 0; i < PEERS; i++) {
          memory.assertHolds((long) i * SIZE, TestMemory.pattern(i, 0, SIZE), "peer " + i);
        }
      } finally {
        peers.forEach(TransportHarness::close);
      }
      assertThat(target.metrics().value("served.peers")).isZero();
    }
  }

  @Test
  void anEngineThatHasClosedIsNotReachedThroughWhatIsLeftOfIt() {
    try (ShmPair pair = new ShmPair(SIZE)) {
      TestSlice slice = pair.slice(OpCode.READ, 0, SIZE);
      pair.initiator.submit(slice);
      slice.assertSucceeded();
      pair.target.close();
      pair.initiator.submit(slice);
      slice.assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
    }
  }

  @Test
  void memoryWithoutAFileIsNeitherPublishedNorReachedUnlessBothAllowIt() {
    try (TransportHarness strict = ShmPair.start();
        TransportHarness open = ShmPair.start(ShmOptions.PROCESS_VM.key(), "true")) {
      assertThat(strict.register(TestMemory.allocate(SIZE)).entries()).isEmpty();
      TestRegion remote = open.register(TestMemory.allocate(SIZE));
      assertThat(remote.entries()).hasSize(1);
      TestRegion local = strict.register(TestMemory.allocateShared(SIZE));
      TestSlice slice = strict.read(local, 0, strict.open(open), remote.address(), SIZE);
      strict.submit(slice);
      slice.assertFailed(ErrorCode.ENDPOINT);
      assertThat(slice.detail()).contains(ShmOptions.PROCESS_VM.key());
    }
  }
}
