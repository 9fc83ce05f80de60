package io.mooncake4j.ffi;

import java.util.OptionalLong;

/** How many descriptors this process may have. Stateless and thread-safe; read at each call. */
public final class OpenFileLimit {
  private OpenFileLimit() {}

  /** Returns the soft limit, empty where there is none or the kernel does not tell. */
  public static OptionalLong soft() {
    return SystemFile.read("/proc/self/limits")
        .map(OpenFileLimit::parse)
        .orElse(OptionalLong.empty());
  }

  /** Reads the line {@code Max open files 1024 4096 files}. */
  static OptionalLong parse(String limits) {
    return SystemFile.valueOf("Max open files", limits)
        .map(value -> value.split("\\s+", 2)[0])
        .filter(value -> value.matches("[0-9]{1,18}"))
        .map(value -> OptionalLong.of(Long.parseLong(value)))
        .orElse(OptionalLong.empty());
  }
}
