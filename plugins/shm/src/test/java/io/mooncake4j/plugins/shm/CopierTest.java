package io.mooncake4j.plugins.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Short slices that are copied in runs: each one's end is its own. */
@Timeout(60)
class CopierTest {
  private static final int BLOCK = 3_000;
  private static final int BLOCKS = 100;
  private static final int SIZE = BLOCK * BLOCKS;

  private static byte[] expected(long seed, int block) {
    return TestMemory.pattern(seed, (long) block * BLOCK, BLOCK);
  }

  @Test
  void oneThatIsOutsideOfTheRegionFailsAlone() {
    try (ShmPair pair = new ShmPair(SIZE)) {
      pair.local.memory().fill(1);
      pair.remote.memory().fill(2);
      RemoteEntry honest = pair.peer.document().entryFor(pair.remote.address(), SIZE);
      // What a document says that lies.
      RemoteEntry entry =
          new RemoteEntry(honest.name(), honest.address(), 2 * SIZE, honest.members());
      List<TestSlice> slices = new ArrayList<>();
      for (int block = 0; block < BLOCKS; block++) {
        long beyond = block % 7 == 3 ? SIZE : 0;
        slices.add(
            pair.initiator.slice(
                OpCode.WRITE,
                pair.local,
                (long) block * BLOCK,
                pair.peer,
                entry,
                entry.address() + (long) block * BLOCK + beyond,
                BLOCK));
      }
      pair.initiator.submit(slices.toArray(TestSlice[]::new));
      int failed = 0;
      for (int block = 0; block < BLOCKS; block++) {
        boolean outside = block % 7 == 3;
        if (outside) {
          failed++;
          slices.get(block).assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
          assertThat(slices.get(block).mayStillLand()).isFalse();
        } else {
          slices.get(block).assertSucceeded();
        }
        assertThat(pair.remote.memory().bytes((long) block * BLOCK, BLOCK))
            .isEqualTo(expected(outside ? 2 : 1, block));
      }
      assertThat(pair.initiator.metrics().value("rejections")).isEqualTo(failed);
      assertThat(pair.initiator.metrics().value("written.bytes"))
          .isEqualTo((long) (BLOCKS - failed) * BLOCK);
    }
  }

  @Test
  void readsAndWritesOfSeveralRegionsTakeTurns() {
    try (ShmPair pair = new ShmPair(SIZE)) {
      TestRegion second = pair.target.register(pair.memory(SIZE));
      TestPeer peer = pair.initiator.open(pair.target);
      pair.local.memory().fill(1);
      pair.remote.memory().fill(2);
      second.memory().fill(3);
      List<TestSlice> slices = new ArrayList<>();
      for (int block = 0; block < BLOCKS; block++) {
        TestRegion region = block % 10 < 5 ? pair.remote : second;
        long at = (long) block * BLOCK;
        slices.add(
            block % 3 == 0
                ? pair.initiator.read(pair.local, at, peer, region.address() + at, BLOCK)
                : pair.initiator.write(pair.local, at, peer, region.address() + at, BLOCK));
      }
      pair.initiator.submit(slices.toArray(TestSlice[]::new));
      for (int block = 0; block < BLOCKS; block++) {
        slices.get(block).assertSucceeded();
        boolean read = block % 3 == 0;
        TestRegion region = block % 10 < 5 ? pair.remote : second;
        TestRegion changed = read ? pair.local : region;
        int seed = !read ? 1 : region == second ? 3 : 2;
        assertThat(changed.memory().bytes((long) block * BLOCK, BLOCK))
            .isEqualTo(expected(seed, block));
      }
      assertThat(pair.initiator.metrics().value("read.bytes")).isEqualTo(34L * BLOCK);
      assertThat(pair.initiator.metrics().value("written.bytes")).isEqualTo(66L * BLOCK);
    }
  }

  @Test
  void ofARegionThatIsWithdrawnEachFailsAndTheOthersDoNot() {
    try (ShmPair pair = new ShmPair(SIZE)) {
      TestRegion second = pair.target.register(pair.memory(SIZE));
      TestPeer peer = pair.initiator.open(pair.target);
      List<TestSlice> slices = new ArrayList<>();
      for (int block = 0; block < BLOCKS; block++) {
        TestRegion region = block < 50 ? pair.remote : second;
        long at = (long) block * BLOCK;
        slices.add(pair.initiator.write(pair.local, at, peer, region.address() + at, BLOCK));
      }
      // Mapped before it goes, so that the run itself finds out.
      TestSlice before = pair.slice(OpCode.WRITE, 0, BLOCK);
      pair.initiator.submit(before);
      before.assertSucceeded();
      pair.target.withdraw(pair.remote);
      assertThat(pair.target.quiesce(Duration.ofSeconds(5), pair.remote))
          .isEqualTo(Quiescence.QUIET);
      pair.remote.memory().fill(5);

      pair.initiator.submit(slices.toArray(TestSlice[]::new));

      for (int block = 0; block < BLOCKS; block++) {
        if (block < 50) {
          slices.get(block).assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
          assertThat(slices.get(block).mayStillLand()).isFalse();
        } else {
          slices.get(block).assertSucceeded();
        }
      }
      assertThat(pair.remote.memory().bytes(0, SIZE)).isEqualTo(TestMemory.pattern(5, 0, SIZE));
    }
  }
}
