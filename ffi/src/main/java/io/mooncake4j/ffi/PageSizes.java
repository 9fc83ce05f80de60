package io.mooncake4j.ffi;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The page sizes of this machine, in bytes.
 *
 * <p>Stateless and thread-safe; read from the kernel at each call.
 */
public final class PageSizes {
  private static final String MEMINFO = "/proc/meminfo";
  private static final String TRANSPARENT = "/sys/kernel/mm/transparent_hugepage/";

  private PageSizes() {}

  /** Returns the base page size. */
  public static long small() {
    return LibC.pageSize();
  }

  /** Returns the default size of explicit huge pages, empty on a kernel without them. */
  public static OptionalLong explicitHuge() {
    return SystemFile.read(MEMINFO).map(PageSizes::hugePageSize).orElse(OptionalLong.empty());
  }

  /** Returns the size of transparent huge pages, empty on a kernel without them. */
  public static OptionalLong transparentHuge() {
    return SystemFile.read(TRANSPARENT + "hpage_pmd_size")
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }

  /**
   * Returns the chosen word of the setting: always, madvise or never; empty without the feature.
   */
  static Optional<String> transparentSetting() {
    return SystemFile.read(TRANSPARENT + "enabled").map(PageSizes::chosenWord);
  }

  /** Returns the chosen word for memory in files: advise, never and others; empty without it. */
  static Optional<String> transparentFileSetting() {
    return SystemFile.read(TRANSPARENT + "shmem_enabled").map(PageSizes::chosenWord);
  }

  /** Returns how many explicit huge pages exist and are free, in words. */
  static String explicitHugePool() {
    String text = SystemFile.read(MEMINFO).orElse("");
    return "the pool has "
        + SystemFile.valueOf("HugePages_Total:", text).orElse("no")
        + " pages, "
        + SystemFile.valueOf("HugePages_Free:", text).orElse("0")
        + " free; the administrator sets it with /proc/sys/vm/nr_hugepages";
  }

  /** Reads the line {@code Hugepagesize: 2048 kB}. */
  static OptionalLong hugePageSize(String meminfo) {
    return SystemFile.valueOf("Hugepagesize:", meminfo)
        .map(value -> OptionalLong.of(Long.parseLong(value.split(" ", 2)[0]) * 1024))
        .orElse(OptionalLong.empty());
  }

  /** Reads a line such as {@code always [madvise] never}. */
  static String chosenWord(String setting) {
    return setting.substring(setting.indexOf('[') + 1, setting.indexOf(']'));
  }
}
