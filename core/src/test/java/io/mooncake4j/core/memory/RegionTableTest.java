package io.mooncake4j.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.LocalRegion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegionTableTest {
  private final RegionTable table = new RegionTable();
  private long nextId;

  private Region region(long address, long length) {
    return region(address, length, true);
  }

  private Region region(long address, long length, boolean remote) {
    return Region.device(
        ++nextId, address, length, new Location("cuda:0"), remote, this, closed -> {});
  }

  @Test
  void findsTheRegionThatHoldsTheWholeRange() {
    Region low = region(0x1000, 0x100);
    Region high = region(0x2000, 0x100);
    table.add(List.of(high, low));

    assertThat(table.acquire(0x1000, 0x100)).isSameAs(low);
    assertThat(table.acquire(0x10ff, 1)).isSameAs(low);
    assertThat(table.acquire(0x2050, 0x10)).isSameAs(high);
  }

  @Test
  void refusesWhatIsNotWhollyInsideOneRegion() {
    // Adjacent regions: a range across both is in neither.
    table.add(List.of(region(0x1000, 0x100), region(0x1100, 0x100)));

    assertThat(table.acquire(0x0fff, 2)).isNull();
    assertThat(table.acquire(0x10ff, 2)).isNull();
    assertThat(table.acquire(0x11ff, 2)).isNull();
    assertThat(table.acquire(0x1200, 1)).isNull();
    assertThat(table.acquire(0x1000, 0)).isNull();
    assertThat(table.acquire(0x1000, -1)).isNull();
    assertThat(table.acquire(0x1010, Long.MAX_VALUE)).isNull();
    assertThat(table.acquire(-1, 1)).isNull();
  }

  @Test
  void addressesAreUnsigned() {
    Region top = region(-0x1000, 0x1000);
    Region middle = region(Long.MAX_VALUE - 0x10, 0x20);
    table.add(List.of(top, middle, region(0x1000, 1)));

    assertThat(table.acquire(-1, 1)).isSameAs(top);
    assertThat(table.acquire(-0x1000, 0x1000)).isSameAs(top);
    assertThat(table.acquire(Long.MIN_VALUE, 1)).isSameAs(middle);
  }

  @Test
  void localOnlyRegionsAreNotServed() {
    table.add(List.of(region(0x1000, 0x100, false)));

    assertThat(table.acquire(0x1000, 1)).isNull();
  }

  @Test
  void overlapRefusesAllOfTheCallAndTouchingEndsAreAllowed() {
    table.add(List.of(region(0x1000, 0x100)));
    table.add(List.of(region(0x1100, 0x100), region(0x0f00, 0x100)));

    assertThatThrownBy(() -> table.add(List.of(region(0x3000, 1), region(0x11ff, 2))))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("0x11ff+2 of a device overlaps region 0x1100+256")
        .extracting(e -> ((MooncakeException) e).code())
        .isEqualTo(ErrorCode.ADDRESS_OVERLAPPED);
    assertThat(table.acquire(0x3000, 1)).isNull();
    assertThatThrownBy(() -> table.add(List.of(region(0x5000, 2), region(0x5001, 2))))
        .isInstanceOf(MooncakeException.class);
    assertThat(table.all()).hasSize(3);
  }

  @Test
  void withdrawnRegionsAreNotHandedOutAndWaitForTheirHolders() {
    Region region = region(0x1000, 0x100);
    table.add(List.of(region));
    LocalRegion held = table.acquire(0x1000, 1);

    assertThat(region.withdraw()).isTrue();
    assertThat(region.withdraw()).isFalse();
    assertThat(table.acquire(0x1000, 1)).isNull();
    assertThat(region.awaitReleased(System.nanoTime() + 1_000_000)).isFalse();
    held.release();
    assertThat(region.awaitReleased(System.nanoTime() + 1_000_000)).isTrue();
  }

  @Test
  void tenThousandRegionsInAnyOrder() {
    List<Region> regions = new ArrayList<>();
    for (int i = 1; i <= 10_000; i++) {
      regions.add(region(i * 0x1000L, 0x800));
    }
    Collections.shuffle(regions, new Random(42));
    regions.forEach(region -> table.add(List.of(region)));

    for (Region region : regions) {
      assertThat(table.acquire(region.address() + 0x7ff, 1)).isSameAs(region);
      assertThat(table.acquire(region.address() + 0x800, 1)).isNull();
    }
    table.remove(regions.subList(0, 5_000));
    assertThat(table.all()).hasSize(5_000);
    assertThat(table.acquire(regions.get(0).address(), 1)).isNull();
  }

  @Test
  void looksUpWhatALookAtEveryRegionFinds() {
    Random random = new Random(7);
    List<Region> present = new ArrayList<>();
    for (int round = 0; round < 300; round++) {
      long address = (1 + random.nextInt(1 << 12)) * 16L;
      Region fresh = region(address, 1 + random.nextInt(64), random.nextInt(4) != 0);
      boolean free = present.stream().noneMatch(other -> share(fresh, other));
      if (free) {
        table.add(List.of(fresh));
        present.add(fresh);
      } else {
        assertThatThrownBy(() -> table.add(List.of(fresh))).isInstanceOf(MooncakeException.class);
      }
      if (random.nextInt(5) == 0) {
        table.remove(List.of(present.remove(random.nextInt(present.size()))));
      }
      for (int i = 0; i < 50; i++) {
        Region near = present.isEmpty() ? fresh : present.get(random.nextInt(present.size()));
        long start = near.address() + random.nextInt(96) - 16;
        long length = random.nextInt(48) - 1L;
        LocalRegion expected =
            present.stream()
                .filter(it -> it.remoteAccessible() && holds(it, start, length))
                .findFirst()
                .orElse(null);
        assertThat(table.acquire(start, length)).isSameAs(expected);
      }
    }
    assertThat(present).hasSizeGreaterThan(150);
  }

  /** By the bytes themselves, in signed steps from the start, for ranges far from the ends. */
  private static boolean holds(Region region, long start, long length) {
    long offset = start - region.address();
    return length > 0 && offset >= 0 && offset + length <= region.length();
  }

  private static boolean share(Region left, Region right) {
    return left.address() < right.address() + right.length()
        && right.address() < left.address() + left.length();
  }
}
