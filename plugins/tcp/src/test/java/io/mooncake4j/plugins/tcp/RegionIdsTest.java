package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegionIdsTest {
  @Test
  void holdsWhatASetHolds() {
    SplittableRandom random = new SplittableRandom(1);
    RegionIds ids = new RegionIds();
    TreeSet<Long> expected = new TreeSet<>();
    for (int i = 0; i < 10_000; i++) {
      // Mostly ever higher ones, as regions have them.
      long id = random.nextInt(10) == 0 ? random.nextInt(300) : i / 25;
      if (random.nextInt(3) == 0) {
        ids.remove(id);
        expected.remove(id);
      } else {
        ids.add(id);
        expected.add(id);
      }
      assertThat(ids.contains(id)).isEqualTo(expected.contains(id));
    }
    for (long id = 0; id < 500; id++) {
      assertThat(ids.contains(id)).as("region " + id).isEqualTo(expected.contains(id));
    }
  }

  @Test
  void manySingleRegistrationsCostNoCopyOfAll() {
    int many = 200_000;
    RegionIds ids = new RegionIds();
    // With a copy for each these would move 320 GB.
    for (long id = 0; id < many; id++) {
      ids.add(id);
    }
    for (long id = 0; id < many; id++) {
      ids.remove(id);
      assertThat(ids.contains(id)).isFalse();
    }
  }

  @Test
  void whoLooksMeanwhileSeesWhatStays() throws Exception {
    RegionIds ids = new RegionIds();
    List<Long> staying = new ArrayList<>();
    for (long id = 0; id < 1000; id += 10) {
      ids.add(id);
      staying.add(id);
    }
    AtomicBoolean over = new AtomicBoolean();
    List<Long> missed = new ArrayList<>();
    Thread reader =
        new Thread(
            () -> {
              while (!over.get()) {
                staying.stream().filter(id -> !ids.contains(id)).forEach(missed::add);
              }
            });
    reader.start();
    for (long id = 1050; id < 20_000; id++) {
      ids.add(id);
      ids.remove(id - 50);
      if (id % 10 != 0) {
        ids.add(id % 1000);
        ids.remove(id % 1000);
      }
    }
    over.set(true);
    reader.join();
    assertThat(missed).isEmpty();
  }
}
