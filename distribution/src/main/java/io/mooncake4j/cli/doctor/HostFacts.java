package io.mooncake4j.cli.doctor;

import io.mooncake4j.cli.doctor.DoctorReport.Fact;
import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what engines need from the host out of {@code /proc} and {@code /sys}. What a kernel or a
 * container does not show is "unknown". Immutable.
 *
 * <p>Formats: proc(5) for limits and meminfo; the kernel's documentation of transparent huge pages
 * and of {@code /sys/devices/system/node}.
 */
final class HostFacts {
  private static final int MOST_BYTES = 1 << 16;
  private static final String UNKNOWN = "unknown";
  private static final int PLAIN_LIMIT_COLUMNS = 2;

  private final Path root;

  /**
   * Makes facts.
   *
   * @param root the folder with {@code proc} and {@code sys}
   */
  HostFacts(Path root) {
    this.root = root;
  }

  /** Reads all facts. */
  List<Fact> read() {
    return List.of(
        new Fact("platform", ProcessEnvironment.platform()),
        new Fact("processors", String.valueOf(Runtime.getRuntime().availableProcessors())),
        new Fact("memory", memory()),
        new Fact("locked memory limit", limit("Max locked memory")),
        new Fact("open files limit", limit("Max open files")),
        new Fact("huge pages", hugePages()),
        new Fact("transparent huge pages", transparentHugePages()),
        new Fact("NUMA nodes", numaNodes()));
  }

  /** A line such as {@code Max open files 1024 4096 files}: soft and hard limit. */
  private String limit(String name) {
    Optional<String> rest = valueOf(name, "proc/self/limits");
    String[] columns = rest.map(text -> text.split("\\s+")).orElse(new String[0]);
    if (columns.length < PLAIN_LIMIT_COLUMNS) {
      return UNKNOWN;
    }
    String unit = columns.length > PLAIN_LIMIT_COLUMNS ? " " + columns[2] : "";
    return columns[0]
        + (columns[0].equals("unlimited") ? "" : unit)
        + (columns[0].equals(columns[1]) ? "" : " (can be raised to " + columns[1] + ")");
  }

  private String memory() {
    return meminfo("MemTotal:").orElse(UNKNOWN)
        + ", "
        + meminfo("MemAvailable:").orElse(UNKNOWN)
        + " available";
  }

  private String hugePages() {
    Optional<String> total = meminfo("HugePages_Total:");
    if (total.isEmpty()) {
      return UNKNOWN;
    }
    return total.get()
        + " of "
        + meminfo("Hugepagesize:").orElse(UNKNOWN)
        + ", "
        + meminfo("HugePages_Free:").orElse(UNKNOWN)
        + " free";
  }

  private String transparentHugePages() {
    Matcher chosen =
        Pattern.compile("\\[([a-z]+)]")
            .matcher(text("sys/kernel/mm/transparent_hugepage/enabled").orElse(""));
    return chosen.find() ? chosen.group(1) : UNKNOWN;
  }

  private String numaNodes() {
    return text("sys/devices/system/node/online")
        .map(String::strip)
        .filter(list -> list.matches("[0-9,-]+"))
        .orElse(UNKNOWN);
  }

  private Optional<String> meminfo(String label) {
    return valueOf(label, "proc/meminfo");
  }

  private Optional<String> valueOf(String label, String file) {
    return text(file).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(label))
        .map(line -> line.substring(label.length()).strip())
        .findFirst();
  }

  private Optional<String> text(String file) {
    Path path = root.resolve(file);
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(path)) {
      return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
