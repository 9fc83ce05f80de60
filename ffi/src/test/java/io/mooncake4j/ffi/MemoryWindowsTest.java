package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryWindowsTest {
  private static final long GIB = 1L << 30;
  private static final long LENGTH = 5 * GIB + 100;

  private static NativeMemory memory;
  private static MemoryWindows windows;

  @BeforeAll
  static void map() {
    memory = NativeMemory.allocate(LENGTH);
    windows = memory.windows();
  }

  @AfterAll
  static void unmap() {
    memory.close();
  }

  @Test
  void windowsOverlapAndReachTheEnd() {
    assertThat(windows.count()).isEqualTo(6);
    assertThat(windows.length()).isEqualTo(LENGTH);
    assertThat(windows.address()).isEqualTo(memory.address());
    for (int i = 0; i < windows.count(); i++) {
      ByteBuffer window = windows.window(i);
      long expected = Math.min(Integer.MAX_VALUE, LENGTH - i * GIB);
      assertThat(windows.startOf(i)).isEqualTo(i * GIB);
      assertThat((long) window.capacity()).isEqualTo(expected);
      assertThat(window.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(LibC.addressOf(window)).isEqualTo(memory.address() + i * GIB);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1073741824,1", "1073741825,2", "2147483648,2", "2147483649,3"})
  void aWindowStartsAtEveryGiBWithinTheMemory(long length, int count) {
    MemoryWindows some = MemoryWindows.over(memory.address(), length, memory);
    assertThat(some.count()).isEqualTo(count);
    assertThat(some.range(length - 1, 1).remaining()).isEqualTo(1);
    assertThat(some.range(length, 0).remaining()).isZero();
  }

  @Test
  void everyRangeOfUpToOneGiBLiesInTheWindowOfItsOffset() {
    Random random = new Random(20261122);
    for (int i = 0; i < 10_000; i++) {
      int size = 1 + random.nextInt((int) GIB);
      long offset = random.nextLong(LENGTH - size + 1);
      assertFits(offset, size);
    }
    assertFits(GIB - 1, (int) GIB);
    assertFits(2 * GIB - 1, (int) GIB);
    assertFits(LENGTH - GIB, (int) GIB);
  }

  private static void assertFits(long offset, int size) {
    int index = windows.indexOf(offset);
    long position = offset - windows.startOf(index);
    assertThat(position).isBetween(0L, GIB - 1);
    assertThat(position + size).isLessThanOrEqualTo(windows.window(index).capacity());
    ByteBuffer range = windows.range(offset, size);
    assertThat(range.capacity()).isEqualTo(size);
    assertThat(range.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(LibC.addressOf(range)).isEqualTo(memory.address() + offset);
  }

  @Test
  void aLongerRangeThatFitsInNoWindowIsServedToo() {
    long offset = 2 * GIB - 4;
    ByteBuffer range = windows.range(offset, Integer.MAX_VALUE);
    assertThat(range.capacity()).isEqualTo(Integer.MAX_VALUE);
    assertThat(LibC.addressOf(range)).isEqualTo(memory.address() + offset);
    range.putInt(Integer.MAX_VALUE - 4, 0x5EED);
    assertThat(windows.range(offset + Integer.MAX_VALUE - 4, 4).getInt()).isEqualTo(0x5EED);
  }

  @Test
  void buffersHandedOutAreTheCallersOwn() {
    ByteBuffer first = windows.window(0).position(7).limit(9);
    ByteBuffer second = windows.window(0);
    assertThat(second.position()).isZero();
    assertThat(second.limit()).isEqualTo(Integer.MAX_VALUE);
    assertThat(first.remaining()).isEqualTo(2);
  }

  @Test
  void indicesOutsideAreRefused() {
    assertThatThrownBy(() -> windows.window(6)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> windows.startOf(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> windows.indexOf(LENGTH)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> windows.range(LENGTH, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void rangesThatAreNoMemoryAreRefused() {
    assertThatThrownBy(() -> MemoryWindows.at(0, 8, memory))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MemoryWindows.at(-4096, 8, memory))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MemoryWindows.at(4096, 0, memory))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MemoryWindows.over(Long.MAX_VALUE - 1, 8, memory))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MemoryWindows.at(4096, 8, null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void channelsMoveDataToAndFromWindowsDirectly(@TempDir Path folder) throws IOException {
    long from = 3 * GIB - 500;
    long to = 4 * GIB + 300;
    byte[] data = new byte[100_000];
    new Random(1).nextBytes(data);
    windows.range(from, data.length).put(data);
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("data"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      assertThat(file.write(windows.range(from, data.length))).isEqualTo(data.length);
      assertThat(file.read(windows.range(to, data.length), 0)).isEqualTo(data.length);
    }
    byte[] back = new byte[data.length];
    windows.range(to, data.length).get(back);
    assertThat(back).isEqualTo(data);
  }
}
