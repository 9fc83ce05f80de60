package io.mooncake4j.ffi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the kernel says this process has mapped. */
final class ProcessMaps {
  private static final String MAPS = "/proc/self/maps";

  private ProcessMaps() {}

  /** Returns the number of mappings. */
  static int count() {
    return lines(MAPS).size();
  }

  /** Tells whether every byte of a range is mapped. */
  static boolean covers(long address, long length) {
    long covered = 0;
    for (String line : lines(MAPS)) {
      String[] ends = line.split("[- ]", 3);
      long start = Math.max(address, Long.parseUnsignedLong(ends[0], 16));
      long end = Math.min(address + length, parseEnd(ends[1]));
      covered += Math.max(0, end - start);
    }
    return covered == length;
  }

  /** Returns the kernel's two-letter flags of the mapping around an address. */
  static List<String> flags(long address) {
    boolean within = false;
    for (String line : lines("/proc/self/smaps")) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        String[] ends = line.split("[- ]", 3);
        within = Long.parseUnsignedLong(ends[0], 16) <= address && address < parseEnd(ends[1]);
      } else if (within && line.startsWith("VmFlags:")) {
        return List.of(line.substring("VmFlags:".length()).trim().split(" ", -1));
      }
    }
    return List.of();
  }

  /** Collects garbage until a condition holds; tells whether it did within 30 seconds. */
  static boolean holdsAfterCollection(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      System.gc();
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    return true;
  }

  private static long parseEnd(String hex) {
    // The vsyscall page lies above Long.MAX_VALUE.
    long end = Long.parseUnsignedLong(hex, 16);
    return end < 0 ? 0 : end;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
