package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HugePagesTest {
  private static final long MIB = 1L << 20;
  private static final MemoryOptions TRANSPARENT =
      MemoryOptions.DEFAULT.withPages(PageKind.TRANSPARENT_HUGE);
  private static final MemoryOptions EXPLICIT =
      MemoryOptions.DEFAULT.withPages(PageKind.EXPLICIT_HUGE);

  @Test
  void transparentHugePagesAreAlignedAndAdvised() {
    assumeTransparent();
    long hugeSize = PageSizes.transparentHuge().orElseThrow();
    long length = 4 * hugeSize + 1;
    try (NativeMemory memory = NativeMemory.allocate(length, TRANSPARENT)) {
      assertThat(memory.actualPages())
          .isEqualTo(new GrantedPages(PageKind.TRANSPARENT_HUGE, hugeSize, ""));
      assertThat(memory.address() % hugeSize).isZero();
      memory.window(length - 1, 1).put(0, (byte) 1);
      assertThat(ProcessMaps.flags(memory.address())).contains("hg");
    }
  }

  @Test
  void theAlignedMappingIsNoLongerThanAsked() {
    assumeTransparent();
    long hugeSize = PageSizes.transparentHuge().orElseThrow();
    long length = 512 * hugeSize;
    try (NativeMemory memory = NativeMemory.allocate(length, TRANSPARENT)) {
      assertThat(ProcessMaps.covers(memory.address(), length)).isTrue();
      assertThat(ProcessMaps.covers(memory.address() - hugeSize, length + 2 * hugeSize)).isFalse();
    }
  }

  @Test
  void memoryThatFillsNoHugePageGetsSmallOnes() {
    assumeTransparent();
    try (NativeMemory memory = NativeMemory.allocate(100, TRANSPARENT)) {
      assertThat(memory.actualPages().kind()).isEqualTo(PageKind.SMALL);
      assertThat(memory.actualPages().pageSize()).isEqualTo(PageSizes.small());
      assertThat(memory.actualPages().cause())
          .startsWith("100 bytes fill no transparent huge page");
    }
  }

  @Test
  void explicitHugePagesBeyondThePoolFallBackAndSayWhy() {
    OptionalLong hugeSize = PageSizes.explicitHuge();
    assumeTrue(hugeSize.isPresent(), "this kernel has no explicit huge pages");
    assumeFalse(hasOvercommit(), "this machine makes explicit huge pages on demand");
    long length = (freePages() + 2) * hugeSize.getAsLong();
    try (NativeMemory memory = NativeMemory.allocate(length, EXPLICIT)) {
      assertThat(memory.actualPages().kind()).isNotEqualTo(PageKind.EXPLICIT_HUGE);
      assertThat(memory.actualPages().cause())
          .startsWith("explicit huge pages refused: mmap(length " + length + ", MAP_HUGETLB)")
          .contains("ENOMEM (12)")
          .contains("nr_hugepages");
      memory.window(length - 8, 8).putLong(0, 5);
      assertThat(memory.window(length - 8, 8).getLong()).isEqualTo(5);
    }
  }

  @Test
  void explicitHugePagesComeFromThePool() {
    assumeTrue(freePages() > 0, "the pool of explicit huge pages is empty");
    long hugeSize = PageSizes.explicitHuge().orElseThrow();
    try (NativeMemory memory = NativeMemory.allocate(MIB, EXPLICIT)) {
      assertThat(memory.actualPages())
          .isEqualTo(new GrantedPages(PageKind.EXPLICIT_HUGE, hugeSize, ""));
      assertThat(memory.address() % hugeSize).isZero();
      memory.window(MIB - 8, 8).putLong(0, 5);
    }
  }

  @Test
  void sizesAreThoseOfTheMachine() {
    assertThat(PageSizes.small()).isGreaterThanOrEqualTo(4096);
    assertThat(Long.bitCount(PageSizes.small())).isEqualTo(1);
    PageSizes.explicitHuge().ifPresent(size -> assertThat(size).isGreaterThan(PageSizes.small()));
  }

  @Test
  void kernelTextsAreRead() {
    String meminfo = "MemTotal:  16 kB\nHugepagesize:       2048 kB\nHugetlb: 0 kB";
    assertThat(PageSizes.hugePageSize(meminfo)).hasValue(2 * MIB);
    assertThat(PageSizes.hugePageSize("MemTotal: 16 kB")).isEmpty();
    assertThat(PageSizes.chosenWord("always [madvise] never")).isEqualTo("madvise");
    assertThat(SystemFile.read("/proc/self/absent")).isEmpty();
  }

  private static void assumeTransparent() {
    assumeFalse(
        PageSizes.transparentSetting().orElse("never").equals("never"),
        "transparent huge pages are switched off in this kernel");
  }

  private static long freePages() {
    return SystemFile.read("/proc/meminfo")
        .flatMap(text -> SystemFile.valueOf("HugePages_Free:", text))
        .map(Long::parseLong)
        .orElse(0L);
  }

  private static boolean hasOvercommit() {
    return !SystemFile.read("/proc/sys/vm/nr_overcommit_hugepages").orElse("0").equals("0");
  }
}
