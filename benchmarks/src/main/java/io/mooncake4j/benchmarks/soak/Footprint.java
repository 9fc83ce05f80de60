package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.Leaks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a process holds when all its engines are closed: threads, descriptors, direct buffers, heap,
 * mappings, memory outside of files. To be compared with what it held before, in the same state.
 */
final class Footprint {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long MIB = 1 << 20;

  /** How much more is no leak, by what is counted; direct buffers have to be gone to the last. */
  private static final Map<String, Long> ALLOWED =
      Map.of("heap", 8 * MIB, "mappings", 24L, "anonymous", 64 * MIB, "direct", 0L, "buffers", 0L);

  private final Leaks leaks = Leaks.snapshot();
  private final Map<String, Long> values = measure();

  /** What is more now than it was then and than is allowed, in words. */
  List<String> grown() {
    List<String> grown = new ArrayList<>();
    try {
      leaks.assertNoneSince(LIMIT);
    } catch (AssertionError e) {
      grown.add(e.getMessage());
    }
    try {
      // Buffers are freed by a thread of the JDK some time after the collection.
      Await.until(() -> excess(measure()).isEmpty(), LIMIT, "no more than before");
    } catch (AssertionError e) {
      grown.addAll(excess(measure()));
    }
    return grown;
  }

  private List<String> excess(Map<String, Long> now) {
    List<String> words = new ArrayList<>();
    now.forEach(
        (what, value) -> {
          long before = values.get(what);
          if (value > before + ALLOWED.get(what)) {
            words.add(what + " grew from " + before + " to " + value);
          }
        });
    return words;
  }

  private static Map<String, Long> measure() {
    System.gc();
    Map<String, Long> values = new TreeMap<>();
    values.put("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        values.put("direct", pool.getMemoryUsed());
        values.put("buffers", pool.getCount());
      }
    }
    try {
      values.put("mappings", (long) Files.readAllLines(Path.of("/proc/self/maps")).size());
      values.put("anonymous", anonymousBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  private static long anonymousBytes() throws IOException {
    long kibibytes = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps_rollup"))) {
      if (line.startsWith("Anonymous:") || line.startsWith("Pss_Shmem:")) {
        kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return kibibytes << 10;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
