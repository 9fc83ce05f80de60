package io.mooncake4j.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.SegmentDocument;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TransportHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the simulated transports publish, and what becomes of it. */
class SimulatedEntriesTest {
  @TempDir Path folder;

  private static SimulatedFixture handles() {
    return new SimulatedFixture(new SimHandleProvider());
  }

  @Test
  void aRegionIsPublishedInChunks() {
    try (SimulatedPair pair = new SimulatedPair(handles().with("chunk-bytes", "30000"))) {
      assertThat(pair.remote.entries())
          .extracting(entry -> entry.length())
          .containsExactly(30_000L, 30_000L, 5_536L);
      assertThat(pair.remote.entries().get(1).address()).isEqualTo(pair.remote.address() + 30_000);
    }
  }

  @Test
  void anAllocationsEntryIsWiderThanTheRegionAndItsRestIsRefused() {
    try (SimulatedPair pair = new SimulatedPair(handles().with("layout", "allocation"))) {
      TestMemory odd = TestMemory.of(pair.remote.address(), 5_000, pair.remote.memory());
      pair.target.withdraw(pair.remote);
      TestRegion region = pair.target.register(odd);
      assertThat(region.entries()).hasSize(1);
      assertThat(region.entries().get(0).length()).isEqualTo(8_192);
      pair.peer.refresh();
      pair.submit(OpCode.READ, 0, 5_000).assertSucceeded();
      pair.submit(OpCode.READ, 0, 5_001).assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
    }
  }

  @Test
  void aRegionThatIsTooShortHasNoEntries() {
    try (SimulatedPair pair = new SimulatedPair(handles().with("min-bytes", "4k"))) {
      TestRegion region = pair.target.register(TestMemory.allocate(4_095));
      assertThat(region.entries()).isEmpty();
      assertThat(pair.target.register(TestMemory.allocate(4_096)).entries()).hasSize(1);
    }
  }

  @Test
  void revokedHandlesAreFetchedAgain() {
    try (SimulatedPair pair = new SimulatedPair(handles())) {
      pair.submit(OpCode.READ, 0, 100).assertSucceeded();
      int handshakes = pair.initiator.handshakes();
      int publications = pair.target.publications();
      assertThat(pair.fixture.network().republish("target")).isEqualTo(1);
      assertThat(pair.target.publications()).isEqualTo(publications + 1);
      long generation = pair.peer.generation();
      pair.submit(OpCode.READ, 0, 100).assertSucceeded();
      assertThat(pair.peer.generation()).isGreaterThan(generation);
      assertThat(pair.initiator.handshakes()).isGreaterThan(handshakes);
    }
  }

  @Test
  void deviceMemoryAloneIsPublishedByTheDevicesOffset() {
    SimulatedFixture fixture = new SimulatedFixture(new SimDeviceProvider());
    try (TransportHarness engine = fixture.startHarness("engine")) {
      assertThat(engine.register(TestMemory.allocate(4_096)).entries()).isEmpty();
      TestMemory first = fixture.network().device().allocate(5_000);
      TestMemory second = fixture.network().device().allocate(100);
      assertThat(engine.register(first).entries().get(0).address()).isZero();
      assertThat(engine.register(second).entries().get(0).address()).isEqualTo(8_192);
    }
    fixture.close();
  }

  @Test
  void filesAreReadWithoutAnEngineAndNothingOutsideTheirFolderIs() throws IOException {
    Files.write(folder.resolve("one"), TestMemory.pattern(1, 0, 10_000));
    Files.write(folder.resolve("two"), TestMemory.pattern(2, 0, 10_000));
    SimulatedFixture fixture =
        new SimulatedFixture(new SimFileProvider()).with("folder", folder.toString());
    try (TransportHarness engine = fixture.startHarness("reader")) {
      List<RemoteEntry> entries =
          SimFileProvider.entries(folder, List.of(folder.resolve("one"), folder.resolve("two")));
      TestPeer peer = engine.open(EngineNode.of(SegmentDocument.outOfBand("files", entries)));
      TestRegion local = engine.register(TestMemory.allocate(10_000));
      assertThat(local.entries()).isEmpty();
      var slice = engine.read(local, 0, peer, 15_000, 5_000);
      engine.submit(slice);
      slice.assertSucceeded();
      local.memory().assertHolds(0, TestMemory.pattern(2, 5_000, 5_000), "the second file");
      for (String path : List.of("../escape", "/etc/hostname", "missing")) {
        assertRefused(engine, local, peer, path);
      }
      Files.write(folder.resolve("one"), new byte[100]);
      var cut = engine.read(local, 0, peer, 50, 100);
      engine.submit(cut);
      cut.assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
      engine.assertNoViolations();
    }
    fixture.close();
  }

  private static void assertRefused(
      TransportHarness engine, TestRegion local, TestPeer peer, String path) {
    RemoteEntry entry = new RemoteEntry(path, 0, 100, Attributes.map().put("path", path).build());
    var slice = engine.slice(OpCode.READ, local, 0, peer, entry, 0, 100);
    engine.submit(slice);
    slice.assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
  }

  @Test
  void theFileTransportNeedsAFolder() {
    SimulatedFixture fixture = new SimulatedFixture(new SimFileProvider());
    assertThatThrownBy(() -> fixture.startHarness("reader"))
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.OPTION);
              assertThat(e).hasMessageContaining(SimFileProvider.FOLDER.key());
            });
    fixture.close();
  }
}
