package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryAdviceTest {
  private static final int PAGE = (int) PageSizes.small();

  @ParameterizedTest
  @EnumSource(
      value = MemoryAdvice.class,
      names = {"HUGE_PAGE", "NO_HUGE_PAGE", "PREFAULT"},
      mode = EnumSource.Mode.EXCLUDE)
  void adviceThatEveryKernelKnowsIsTaken(MemoryAdvice advice) {
    try (NativeMemory memory = NativeMemory.allocate(4L * PAGE)) {
      Attempt<Void> given = advice.apply(memory.address(), memory.length());
      assertThat(given.succeeded()).as(given.cause()).isTrue();
    }
  }

  @Test
  void discardedPagesReadAsZero() {
    try (NativeMemory memory = NativeMemory.allocate(PAGE)) {
      memory.window(0, 8).putLong(0, 11);
      assertThat(MemoryAdvice.DISCARD.apply(memory.address(), PAGE).succeeded()).isTrue();
      assertThat(memory.window(0, 8).getLong()).isZero();
    }
  }

  @Test
  void whatTheKernelRefusesIsSaidInWords() {
    try (NativeMemory memory = NativeMemory.allocate(PAGE)) {
      Attempt<Void> given = MemoryAdvice.WILL_NEED.apply(memory.address() + 1, PAGE);
      assertThat(given.errno()).contains(Errno.EINVAL);
      assertThat(given.cause())
          .startsWith(
              "madvise(MADV_WILLNEED, address 0x"
                  + Long.toHexString(memory.address() + 1)
                  + ", length "
                  + PAGE
                  + ") failed: EINVAL (22)");
    }
  }

  @Test
  void memoryIsLockedWithinTheLimitAndUnlocked() {
    try (NativeMemory memory = NativeMemory.allocate(PAGE)) {
      Attempt<Void> locked = MemoryLock.lock(memory.address(), PAGE);
      assumeTrue(locked.succeeded(), locked.cause());
      assertThat(lockedKilobytes()).isNotEqualTo("0 kB");
      assertThat(MemoryLock.unlock(memory.address(), PAGE).succeeded()).isTrue();
    }
  }

  @Test
  void lockingWhatIsNotThereNamesTheLimit() {
    NativeMemory memory = NativeMemory.allocate(1L << 30);
    memory.close();
    Attempt<Void> locked = MemoryLock.lock(memory.address(), 1L << 30);
    assertThat(locked.errno()).contains(Errno.ENOMEM);
    assertThat(locked.cause())
        .startsWith("mlock(address 0x")
        .endsWith("the limit on locked memory (ulimit -l) is " + MemoryLock.lockedLimit());
    assertThat(MemoryLock.lockedLimit()).matches("\\d+ bytes|unlimited");
    assertThat(MemoryLock.unlock(memory.address(), 1L << 30).cause())
        .startsWith("munlock(address 0x");
  }

  private static String lockedKilobytes() {
    return SystemFile.read("/proc/self/status")
        .flatMap(text -> SystemFile.valueOf("VmLck:", text))
        .orElse("");
  }
}
