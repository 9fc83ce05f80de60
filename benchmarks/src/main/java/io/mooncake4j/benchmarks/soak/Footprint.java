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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import jnr.ffi.LibraryLoader;
import jnr.ffi.types.size_t;

/**
 * What a process holds when all its engines are closed: threads, descriptors, direct buffers, heap,
 * mappings of memory files, memory outside of files. To be compared with what it held before, in
 * the same state.
 */
public final class Footprint {
  /** The C library, which keeps what is freed unless it is told to give it back. */
  public interface Malloc {
    /**
     * Gives free memory back to the operating system.
     *
     * @param kept bytes to keep
     * @return whether there was any
     */
    int malloc_trim(@size_t long kept);
  }

  private static final Malloc C = LibraryLoader.create(Malloc.class).load("c");
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long MIB = 1 << 20;
  private static final Pattern RANGE = Pattern.compile("[0-9a-f]+-[0-9a-f]+ ");
  private static final long LARGE_MIB = 4;
  private static final int SAME_ROUNDS = 5;
  private static final long ROUND_NANOS = 100_000_000;

  /** How much more is no leak, by what is counted; direct buffers have to be gone to the last. */
  private static final Map<String, Long> ALLOWED =
      Map.of("heap", 8 * MIB, "shared mappings", 0L, "direct", 0L, "buffers", 0L);

  private final Leaks leaks = Leaks.snapshot();
  private final Map<String, Long> values = settled();
  private final Set<String> large = largeMappings();

  /**
   * What is more now than it was then and than is allowed, in words.
   *
   * @param anonymousMib how much more may be in memory that is no file's: the runtime's own, too
   */
  List<String> grown(int anonymousMib) {
    List<String> grown = new ArrayList<>();
    try {
      leaks.assertNoneSince(LIMIT);
    } catch (AssertionError e) {
      grown.add(e.getMessage());
    }
    try {
      Await.until(
          () -> excess(measure(), anonymousMib * MIB).isEmpty(), LIMIT, "no more than before");
    } catch (AssertionError e) {
      grown.addAll(excess(measure(), anonymousMib * MIB));
      Set<String> mappings = largeMappings();
      mappings.removeAll(large);
      grown.add("large mappings that are new or have grown: " + mappings);
    }
    return grown;
  }

  private List<String> excess(Map<String, Long> now, long anonymous) {
    List<String> words = new ArrayList<>();
    now.forEach(
        (what, value) -> {
          long before = values.get(what);
          if (value > before + ALLOWED.getOrDefault(what, anonymous)) {
            words.add(what + " grew from " + before + " to " + value);
          }
        });
    return words;
  }

  /** Buffers are freed by a thread of the JDK some time after a collection: wait for it. */
  private static Map<String, Long> settled() {
    Map<String, Long> last = measure();
    for (int same = 0; same < SAME_ROUNDS; ) {
      LockSupport.parkNanos(ROUND_NANOS);
      Map<String, Long> now = measure();
      same = now.get("buffers").equals(last.get("buffers")) ? same + 1 : 0;
      last = now;
    }
    return last;
  }

  private static Map<String, Long> measure() {
    System.gc();
    C.malloc_trim(0);
    Map<String, Long> values = new TreeMap<>();
    values.put("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        values.put("direct", pool.getMemoryUsed());
        values.put("buffers", pool.getCount());
      }
    }
    try {
      values.put("shared mappings", sharedMappings());
      values.put("anonymous", anonymousBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  /**
   * Mappings of memory files, ours and peers'. The others are the runtime's, too: compiled code,
   * stacks, the C library's; their number grows while the runtime warms up.
   */
  private static long sharedMappings() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("/memfd:mooncake"))
        .count();
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

  /** Ranges of addresses with much memory in them that is not a file's. */
  private static Set<String> largeMappings() {
    Set<String> found = new TreeSet<>();
    try {
      String range = "";
      for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
        if (RANGE.matcher(line).lookingAt()) {
          range = line.replaceAll(" +", " ");
        } else if (line.startsWith("Anonymous:")) {
          long mebibytes = Long.parseLong(line.replaceAll("\\D", "")) >> 10;
          if (mebibytes >= LARGE_MIB) {
            found.add(range + ": " + mebibytes + " MiB");
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
