package io.mooncake4j.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.ffi.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who holds a region, and when its memory may go. */
class RegionTest {
  private static Region region() {
    return Region.host(
        1, HostMemory.of(NativeMemory.allocate(4096)), 4096, Location.ANY, true, Region::free);
  }

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void aWithdrawnRegionTakesNoNewHolderAndWaitsForTheOldOnes() {
    Region region = region();
    assertThat(region.acquire()).isTrue();
    assertThat(region.withdraw()).isTrue();
    assertThat(region.withdraw()).isFalse();

    assertThat(region.acquire()).isFalse();
    assertThat(region.awaitReleased(in(5))).isFalse();
    region.acquireAgain();
    region.release();
    assertThat(region.awaitReleased(in(5))).isFalse();
    region.release();
    assertThat(region.awaitReleased(in(5))).isTrue();
    region.free();
  }

  @Test
  void anInterruptedWaitGoesOnAndKeepsTheFlag() {
    Region region = region();
    assertThat(region.acquire()).isTrue();
    region.withdraw();
    long start = System.nanoTime();
    Thread.currentThread().interrupt();

    assertThat(region.awaitReleased(in(30))).isFalse();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
    region.release();
    region.free();
  }

  @Test
  void nobodyHoldsItOnceItIsQuiet() throws Exception {
    for (int round = 0; round < 50; round++) {
      Region region = region();
      AtomicInteger inside = new AtomicInteger();
      AtomicBoolean quiet = new AtomicBoolean();
      AtomicInteger late = new AtomicInteger();
      List<CompletableFuture<Void>> holders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        holders.add(
            CompletableFuture.runAsync(
                () -> {
                  while (region.acquire()) {
                    inside.incrementAndGet();
                    late.addAndGet(quiet.get() ? 1 : 0);
                    inside.decrementAndGet();
                    region.release();
                  }
                }));
      }
      region.withdraw();
      assertThat(region.awaitReleased(in(20_000))).isTrue();
      quiet.set(true);
      assertThat(inside).hasValue(0);
      for (CompletableFuture<Void> holder : holders) {
        holder.get(20, TimeUnit.SECONDS);
      }
      assertThat(late).hasValue(0);
      region.free();
    }
  }

  @Test
  void windowsEndWithTheRegion() {
    Region region = region();
    region.window(4000, 96).put(95, (byte) 7);
    assertThat(region.window(4095, 1).get(0)).isEqualTo((byte) 7);
    for (long[] range :
        new long[][] {{-1, 1}, {0, 4097}, {4096, 1}, {1, -1}, {Long.MAX_VALUE, 1}}) {
      assertThatThrownBy(() -> region.window(range[0], (int) range[1]))
          .isInstanceOfSatisfying(
              MooncakeException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    region.close();
    region.close();

    assertThatThrownBy(() -> region.window(0, 1)).hasMessageContaining("is closed");
    Region device = Region.device(2, 4096, 10, new Location("cuda:0"), true, this, Region::free);
    assertThatThrownBy(() -> device.window(0, 1)).hasMessageContaining("no host memory");
    assertThat(device.memoryKind()).isEqualTo("cuda");
  }
}
