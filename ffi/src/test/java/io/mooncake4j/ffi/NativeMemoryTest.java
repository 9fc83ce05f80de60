package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
  private static final long GIB = 1L << 30;
  private static final int PAGE = (int) PageSizes.small();

  @Test
  void memoryIsPageAlignedZeroAndWritable() {
    try (NativeMemory memory = NativeMemory.allocate(10_000)) {
      assertThat(memory.length()).isEqualTo(10_000);
      assertThat(memory.address() % PAGE).isZero();
      ByteBuffer window = memory.window(0, 10_000);
      assertThat(window.isDirect()).isTrue();
      assertThat(window.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(window.getLong(9_992)).isZero();
      window.putLong(9_992, 0x0102030405060708L);
      assertThat(memory.window(9_992, 8).get(0)).isEqualTo((byte) 8);
      assertThat(LibC.addressOf(memory.window(100, 8))).isEqualTo(memory.address() + 100);
      assertThat(memory.actualPages()).isEqualTo(new GrantedPages(PageKind.SMALL, PAGE, ""));
      assertThat(memory.numaPlacement().succeeded()).isTrue();
    }
  }

  @Test
  void memoryBeyond2GiBIsReachedAtItsFarEnd() {
    long length = 3 * GIB + 5;
    try (NativeMemory memory = NativeMemory.allocate(length)) {
      memory.window(length - 8, 8).putLong(0, 42);
      memory.window(5 * GIB / 2, 16).putLong(8, 43);
      assertThat(memory.window(length - 8, 8).getLong()).isEqualTo(42);
      // The last window sees the same bytes at other positions.
      MemoryWindows windows = memory.windows();
      assertThat(windows.count()).isEqualTo(4);
      assertThat(windows.startOf(3)).isEqualTo(3 * GIB);
      assertThat(windows.window(2).getLong((int) (GIB + 5 - 8))).isEqualTo(42);
      assertThat(windows.window(1).getLong((int) (3 * GIB / 2 + 8))).isEqualTo(43);
    }
  }

  @Test
  void rangesOutsideAreRefused() {
    try (NativeMemory memory = NativeMemory.allocate(PAGE)) {
      for (long offset : new long[] {-1, PAGE - 7, PAGE + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
        assertThatThrownBy(() -> memory.window(offset, 8))
            .as("offset " + offset)
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatThrownBy(() -> memory.window(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(memory.window(PAGE, 0).remaining()).isZero();
    }
  }

  @Test
  void lengthsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> NativeMemory.allocate(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("length 0");
    assertThatThrownBy(() -> NativeMemory.allocate(-5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NativeMemory.allocate(Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("beyond any address space");
    assertThatThrownBy(() -> NativeMemory.allocate(1L << 60))
        .isInstanceOfSatisfying(
            NativeCallException.class,
            failure -> {
              assertThat(failure.errno()).isEqualTo(Errno.ENOMEM);
              assertThat(failure).hasMessageStartingWith("mmap(length " + (1L << 60) + ") failed");
            });
  }

  @Test
  void closeUnmapsOnceAndWindowsAreRefusedAfterwards() {
    NativeMemory memory = NativeMemory.allocate(GIB);
    assertThat(ProcessMaps.covers(memory.address(), GIB)).isTrue();
    memory.close();
    assertThat(memory.isClosed()).isTrue();
    assertThat(ProcessMaps.covers(memory.address(), GIB)).isFalse();
    assertThatThrownBy(() -> memory.window(0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("native memory of " + GIB + " bytes at 0x")
        .hasMessageEndingWith("is closed");
    assertThatThrownBy(memory::windows).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSecondCloseDoesNotUnmapWhatIsThereByThen() {
    NativeMemory first = NativeMemory.allocate(PAGE);
    first.close();
    List<NativeMemory> later = new ArrayList<>();
    try {
      // The kernel reuses addresses: among these is most likely the first one's.
      for (int i = 0; i < 64; i++) {
        later.add(NativeMemory.allocate(PAGE));
      }
      first.close();
      for (NativeMemory memory : later) {
        memory.window(0, 4).putInt(0, 7);
        assertThat(ProcessMaps.covers(memory.address(), PAGE)).isTrue();
      }
    } finally {
      later.forEach(NativeMemory::close);
    }
  }

  @Test
  void manyThreadsMayCloseAtOnce() throws Exception {
    int threads = 8;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 200; round++) {
        NativeMemory memory = NativeMemory.allocate(PAGE);
        Callable<Boolean> closing =
            () -> {
              together.await(30, TimeUnit.SECONDS);
              memory.close();
              return memory.isClosed();
            };
        List<Future<Boolean>> closed = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          closed.add(pool.submit(closing));
        }
        for (Future<Boolean> one : closed) {
          assertThat(one.get(30, TimeUnit.SECONDS)).isTrue();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void mappingAndUnmappingLeavesNothingBehind() {
    MemoryOptions[] kinds = {
      MemoryOptions.DEFAULT,
      MemoryOptions.DEFAULT.withPages(PageKind.TRANSPARENT_HUGE),
      MemoryOptions.DEFAULT.withPages(PageKind.EXPLICIT_HUGE),
    };
    int before = ProcessMaps.count();
    for (int i = 0; i < 10_000; i++) {
      NativeMemory.allocate(5L << 20, kinds[i % kinds.length]).close();
    }
    // The virtual machine maps a little of its own meanwhile.
    assertThat(ProcessMaps.count()).isLessThan(before + 100);
  }

  @Test
  void prefaultMakesEveryPagePresent() {
    MemoryOptions options = MemoryOptions.DEFAULT.withPrefault(true);
    try (NativeMemory memory = NativeMemory.allocate(16L * PAGE, options)) {
      Attempt<int[]> nodes = Numa.nodesOf(memory.address(), memory.address() + 15L * PAGE);
      assumeTrue(nodes.succeeded(), nodes.cause());
      assertThat(nodes.value()).doesNotContain(Numa.NOT_PRESENT);
      assertThat(memory.window(0, PAGE).getLong(0)).isZero();
    }
  }

  @Test
  void prefaultOnOldKernelsWritesEachPage() {
    try (NativeMemory memory = NativeMemory.allocate(16L * PAGE)) {
      long last = memory.address() + 15L * PAGE;
      Attempt<int[]> before = Numa.nodesOf(memory.address(), last);
      assumeTrue(before.succeeded(), before.cause());
      assertThat(before.value()).containsExactly(Numa.NOT_PRESENT, Numa.NOT_PRESENT);
      Prefault.writeEachPage(memory.windows(), PAGE);
      assertThat(Numa.nodesOf(memory.address(), last).value()).doesNotContain(Numa.NOT_PRESENT);
    }
  }

  @Test
  void aViewOfADirectBufferSeesItsBytesAndFreesNothing() {
    ByteBuffer direct = ByteBuffer.allocateDirect(100).position(10).limit(90);
    NativeMemory view = NativeMemory.of(direct);
    assertThat(view.length()).isEqualTo(80);
    assertThat(view.address()).isEqualTo(LibC.addressOf(direct) + 10);
    view.window(0, 4).putInt(0, 0x01020304);
    assertThat(direct.get(10)).isEqualTo((byte) 4);
    assertThat(view.actualPages().cause()).isEqualTo("memory of others");
    assertThat(view.numaPlacement().succeeded()).isFalse();
    view.close();
    assertThat(direct.get(10)).isEqualTo((byte) 4);
    assertThatThrownBy(() -> view.window(0, 4)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aViewOfAnAddressFreesNothing() {
    try (NativeMemory owner = NativeMemory.allocate(PAGE)) {
      NativeMemory view = NativeMemory.of(owner.address() + 8, 16, owner);
      view.window(0, 8).putLong(0, 99);
      view.close();
      assertThat(owner.window(8, 8).getLong()).isEqualTo(99);
    }
  }

  @Test
  void viewsOfWhatHasNoFixedAddressAreRefused() {
    assertThatThrownBy(() -> NativeMemory.of(ByteBuffer.allocate(8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heap");
    assertThatThrownBy(() -> NativeMemory.of(ByteBuffer.allocateDirect(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NativeMemory.of(0, 8, "owner"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("address 0x0");
    assertThatThrownBy(() -> NativeMemory.of(4096, 0, "owner"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NativeMemory.of(4096, 8, null))
        .isInstanceOf(NullPointerException.class);
  }
}
