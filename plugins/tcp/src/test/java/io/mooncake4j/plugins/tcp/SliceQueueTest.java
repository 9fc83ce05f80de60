package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.Slice;
import io.mooncake4j.testkit.TestSlice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SliceQueueTest {
  /** Against a list that does the same slowly. */
  @Test
  void behavesLikeAList() {
    try (TcpPair pair = new TcpPair(4096)) {
      Random random = new Random(3);
      List<TestSlice> known = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        known.add(pair.read(0, 0, 1));
      }
      ArrayDeque<TestSlice> free = new ArrayDeque<>(known);
      List<Slice> expected = new ArrayList<>();
      SliceQueue queue = new SliceQueue(1000);
      for (int step = 0; step < 200_000; step++) {
        int kind = random.nextInt(step % 20_000 < 10_000 ? 6 : 10);
        if (kind < 4) {
          TestSlice slice = free.poll();
          boolean added = queue.add(slice);
          assertThat(added).isEqualTo(expected.size() < 1000);
          if (added) {
            expected.add(slice);
          } else {
            free.add(slice);
          }
        } else if (kind == 4 && expected.size() < 1100) {
          TestSlice slice = free.poll();
          queue.addFirst(slice);
          expected.add(0, slice);
        } else if (kind == 5 && !expected.isEmpty()) {
          Slice slice = expected.remove(random.nextInt(expected.size()));
          assertThat(queue.remove(slice)).isTrue();
          assertThat(queue.remove(slice)).isFalse();
          free.add((TestSlice) slice);
        } else {
          Slice slice = queue.poll();
          assertThat(slice).isSameAs(expected.isEmpty() ? null : expected.remove(0));
          if (slice != null) {
            free.add((TestSlice) slice);
          }
        }
        assertThat(queue.size()).isEqualTo(expected.size());
        assertThat(queue.isEmpty()).isEqualTo(expected.isEmpty());
      }
    }
  }
}
