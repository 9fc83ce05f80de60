package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class NativeMemoryReachabilityTest {
  private static final long GIB = 1L << 30;

  @Test
  void forgottenMemoryIsUnmapped() {
    long address = forget();
    assertThat(ProcessMaps.holdsAfterCollection(() -> !ProcessMaps.covers(address, GIB)))
        .as("unmapped after collection")
        .isTrue();
  }

  private static long forget() {
    NativeMemory memory = NativeMemory.allocate(GIB);
    memory.window(0, 8).putLong(0, 1);
    return memory.address();
  }

  @Test
  void aSliceOfAWindowKeepsTheMapping() {
    ByteBuffer slice = sliceOfForgotten();
    long address = LibC.addressOf(slice);
    collectTwice();
    assertThat(slice.getLong(0)).isEqualTo(77);
    assertThat(ProcessMaps.covers(address, GIB / 2)).isTrue();
    slice = null;
    assertThat(ProcessMaps.holdsAfterCollection(() -> !ProcessMaps.covers(address, GIB / 2)))
        .as("unmapped once the slice is gone")
        .isTrue();
  }

  private static ByteBuffer sliceOfForgotten() {
    NativeMemory memory = NativeMemory.allocate(GIB);
    ByteBuffer slice = memory.windows().window(0).position(4096).slice().duplicate();
    slice.order(memory.window(0, 1).order()).putLong(0, 77);
    return slice;
  }

  @Test
  void aWindowKeepsTheOwnerOfForeignMemory() {
    try (NativeMemory memory = NativeMemory.allocate(4096)) {
      Object owner = new Object();
      WeakReference<Object> weak = new WeakReference<>(owner);
      ByteBuffer window = NativeMemory.of(memory.address(), 4096, owner).window(8, 16);
      owner = null;
      collectTwice();
      assertThat(weak.get()).isNotNull();
      assertThat(window.getLong(0)).isZero();
      window = null;
      assertThat(ProcessMaps.holdsAfterCollection(() -> weak.get() == null)).isTrue();
    }
  }

  @Test
  void aViewKeepsTheDirectBuffer() {
    ByteBuffer direct = ByteBuffer.allocateDirect(64);
    WeakReference<ByteBuffer> weak = new WeakReference<>(direct);
    NativeMemory view = NativeMemory.of(direct);
    direct = null;
    collectTwice();
    assertThat(weak.get()).isNotNull();
    assertThat(view.window(0, 8).getLong()).isZero();
  }

  /** A collection has run, and the cleaner had its turn, when an object made before is gone. */
  private static void collectTwice() {
    for (int i = 0; i < 2; i++) {
      WeakReference<Object> gone = new WeakReference<>(new Object());
      assertThat(ProcessMaps.holdsAfterCollection(() -> gone.get() == null)).isTrue();
    }
  }
}
