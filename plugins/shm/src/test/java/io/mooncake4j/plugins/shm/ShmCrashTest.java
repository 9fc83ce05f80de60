package io.mooncake4j.plugins.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.ChildJvm;
import io.mooncake4j.testkit.ChildTarget;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.SegmentDocument;
import io.mooncake4j.testkit.Target;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TransportHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes killed in the middle of traffic: the other side goes on and nothing is left behind. */
@Tag("slow")
@Timeout(120)
class ShmCrashTest {
  private static final int SIZE = 1 << 20;
  private static final Path NAMED_MEMORY = Path.of("/dev/shm");
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private Set<Path> namedBefore;

  @BeforeEach
  void listNamedMemory() throws IOException {
    namedBefore = namedMemory();
  }

  @AfterEach
  void nothingHasAName() throws IOException {
    assertThat(namedMemory()).isEqualTo(namedBefore);
  }

  private static Set<Path> namedMemory() throws IOException {
    if (!Files.isDirectory(NAMED_MEMORY)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(NAMED_MEMORY)) {
      return files
          .filter(file -> file.getFileName().toString().contains("mooncake"))
          .collect(Collectors.toSet());
    }
  }

  /** How many memory files, of whomever, this process has mapped or open. */
  private static long memoryFiles() throws IOException {
    long open;
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      open = files.filter(ShmCrashTest::isMemoryFile).count();
    }
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return open + maps.filter(line -> line.contains("/memfd:mooncake4j")).count();
    }
  }

  private static boolean isMemoryFile(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("/memfd:mooncake4j");
    } catch (IOException e) {
      // The descriptor of this very listing.
      return false;
    }
  }

  @Test
  void anOwnerThatIsKilledFailsItsSlicesAndIsUnmapped() throws Exception {
    try (TransportHarness initiator = ShmPair.start(ShmOptions.SWEEP_INTERVAL.key(), "20ms");
        TestMemory memory = TestMemory.allocateShared(SIZE)) {
      TestRegion local = initiator.register(memory);
      long before = memoryFiles();
      try (ChildTarget target = ChildTarget.start("doomed", new ShmFixture.TwoProcesses())) {
        Target.Region remote = target.register(SIZE, true);
        TestPeer peer = initiator.open(target);
        TestSlice slice = initiator.read(local, 0, peer, remote.address(), SIZE);
        Thread killer = new Thread(target::die, "killer");
        int succeeded = 0;
        initiator.submit(slice);
        while (slice.awaitDone().state() == TestSlice.State.SUCCEEDED) {
          if (++succeeded == 50) {
            killer.start();
          }
          initiator.submit(slice);
        }
        killer.join();
        slice.assertFailed(ErrorCode.LINK_BROKEN, ErrorCode.ENDPOINT);
        assertThat(succeeded).isGreaterThanOrEqualTo(50);
        for (int i = 0; i < 10; i++) {
          initiator.submit(slice);
          slice.assertFailed(ErrorCode.LINK_BROKEN, ErrorCode.ENDPOINT);
          assertThat(slice.detail()).contains("ended");
        }
        assertThat(initiator.metrics().value("peers.lost")).isEqualTo(1);
      }
      Await.until(() -> memoryFiles() == before, () -> "what was mapped of the dead is unmapped");
    }
  }

  @Test
  void anOwnerThatDiesUnnoticedIsUnmappedAllTheSame() throws Exception {
    try (TransportHarness initiator = ShmPair.start(ShmOptions.SWEEP_INTERVAL.key(), "20ms");
        TestMemory memory = TestMemory.allocateShared(SIZE)) {
      TestRegion local = initiator.register(memory);
      long before = memoryFiles();
      try (ChildTarget target = ChildTarget.start("quiet", new ShmFixture.TwoProcesses())) {
        Target.Region remote = target.register(SIZE, true);
        TestSlice slice = initiator.read(local, 0, initiator.open(target), remote.address(), SIZE);
        initiator.submit(slice);
        slice.assertSucceeded();
        assertThat(memoryFiles()).isGreaterThan(before);
        target.die();
        Await.until(() -> memoryFiles() == before, () -> "what was mapped of the dead is unmapped");
      }
    }
  }

  @Test
  void anInitiatorThatIsKilledLeavesItsPlaceAndTheRegion() {
    try (TransportHarness target = ShmPair.start(ShmOptions.SWEEP_INTERVAL.key(), "20ms");
        TestMemory memory = TestMemory.allocateShared(SIZE)) {
      TestRegion remote = target.register(memory);
      for (int round = 0; round < 3; round++) {
        try (ChildJvm child = ChildJvm.start(Hammer.class, target.document().text())) {
          child.awaitReady(Duration.ofSeconds(60));
          child.call("hammer " + remote.address(), ANSWER);
          Await.until(() -> target.metrics().value("served.peers") == 1, "the peer has come");
          child.kill();
        }
        Await.until(() -> target.metrics().value("served.peers") == 0, "its place is free");
      }
      target.withdraw(remote);
      assertThat(target.quiesce(Duration.ofSeconds(5), remote)).isEqualTo(Quiescence.QUIET);
    }
  }

  /** The child: writes on and on until it is killed. */
  static final class Hammer {
    private Hammer() {}

    public static void main(String[] arguments) {
      SegmentDocument document = SegmentDocument.parse(arguments[0]);
      TransportHarness initiator = ShmPair.start();
      TestRegion local = initiator.register(TestMemory.allocateShared(SIZE));
      ChildJvm.serve(
          line -> {
            long address = Long.parseLong(line.substring("hammer ".length()));
            TestPeer peer = initiator.open(EngineNode.of(document));
            TestSlice slice = initiator.write(local, 0, peer, address, SIZE);
            Thread thread = new Thread(() -> hammer(initiator, slice), "hammer");
            thread.setDaemon(true);
            thread.start();
            return "";
          });
    }

    private static void hammer(TransportHarness initiator, TestSlice slice) {
      while (true) {
        initiator.submit(slice);
        slice.awaitDone();
      }
    }
  }
}
