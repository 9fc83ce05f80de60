package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LibCTest {
  private static final int READ = 1;
  private static final int PRIVATE_ANONYMOUS = 0x22;

  /** An offset that is not a multiple of the page size is an error, if it arrives at all. */
  @Test
  void theSixthArgumentOfSixArrives() {
    int page = LibC.pageSize();
    assertThat(LibC.mmap(0, page, READ, PRIVATE_ANONYMOUS, -1, 1)).isEqualTo(-Errno.EINVAL.value());
    for (int i = 0; i < 10_000; i++) {
      long address = LibC.mmap(0, page, READ, PRIVATE_ANONYMOUS, -1, (long) i * page);
      assertThat(address).isPositive();
      assertThat(LibC.munmap(address, page)).isZero();
    }
  }

  @Test
  void failuresAreNegatedErrorNumbers() {
    assertThat(LibC.munmap(1, 4096)).isEqualTo(-Errno.EINVAL.value());
    assertThat(LibC.syscall(100_000, 0, 0, 0, 0, 0, 0)).isEqualTo(-Errno.ENOSYS.value());
  }

  @Test
  void aFunctionThatIsNotThereIsNamed() {
    NativeLibrary c = NativeLibrary.open("libc.so.6").value();
    assertThatThrownBy(() -> new CFunction(c, "mooncake4j_absent", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("libc.so.6 lacks mooncake4j_absent");
  }
}
