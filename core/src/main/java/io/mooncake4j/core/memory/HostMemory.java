package io.mooncake4j.core.memory;

import io.mooncake4j.ffi.NativeMemory;
import io.mooncake4j.spi.SharedFile;
import java.util.Optional;

/**
 * The memory of a region.
 *
 * @param memory closed with the region
 * @param file in which it lives, alone
 * @param afterwards run once the memory is given back
 */
public record HostMemory(NativeMemory memory, Optional<SharedFile> file, Runnable afterwards) {
  /**
   * Takes memory that is no file.
   *
   * @param memory closed with the region
   * @return the same memory
   */
  public static HostMemory of(NativeMemory memory) {
    return new HostMemory(memory, Optional.empty(), () -> {});
  }

  /** Gives it back. */
  void free() {
    memory.close();
    afterwards.run();
  }
}
