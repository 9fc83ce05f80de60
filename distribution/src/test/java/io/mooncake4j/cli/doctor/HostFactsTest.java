package io.mooncake4j.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Facts from recorded files; missing and odd ones are unknown. */
class HostFactsTest {
  @TempDir Path root;

  private Map<String, String> facts() {
    return new HostFacts(root)
        .read().stream()
            .collect(
                Collectors.toMap(
                    DoctorReport.Fact::subject, DoctorReport.Fact::value, (a, b) -> a));
  }

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void readsWhatTheKernelShows() throws IOException {
    file(
        "proc/self/limits",
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max locked memory         65536                unlimited            bytes
        Max open files            1024                 1024                 files
        """);
    file(
        "proc/meminfo",
        """
        MemTotal:       24683656 kB
        MemAvailable:   22287728 kB
        HugePages_Total:     512
        HugePages_Free:      500
        Hugepagesize:       2048 kB
        """);
    file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    file("sys/devices/system/node/online", "0-1\n");

    assertThat(facts())
        .containsEntry("locked memory limit", "65536 bytes (can be raised to unlimited)")
        .containsEntry("open files limit", "1024 files")
        .containsEntry("memory", "24683656 kB, 22287728 kB available")
        .containsEntry("huge pages", "512 of 2048 kB, 500 free")
        .containsEntry("transparent huge pages", "madvise")
        .containsEntry("NUMA nodes", "0-1");
  }

  @Test
  void anUnlimitedLimitHasNoUnit() throws IOException {
    file("proc/self/limits", "Max locked memory         unlimited    unlimited    bytes\n");

    assertThat(facts()).containsEntry("locked memory limit", "unlimited");
  }

  @Test
  void whatIsMissingOrOddIsUnknown() throws IOException {
    assertThat(facts())
        .containsEntry("locked memory limit", "unknown")
        .containsEntry("huge pages", "unknown")
        .containsEntry("transparent huge pages", "unknown")
        .containsEntry("NUMA nodes", "unknown");
    file("proc/self/limits", "Max locked memory\nMax open files 7\n");
    file("sys/devices/system/node/online", "all of them\n");
    Files.createDirectories(root.resolve("proc/meminfo"));
    Files.createDirectories(root.resolve("sys/kernel/mm/transparent_hugepage"));
    Files.write(
        root.resolve("sys/kernel/mm/transparent_hugepage/enabled"),
        "\u00ff".repeat(100_000).getBytes(StandardCharsets.ISO_8859_1));

    assertThat(facts())
        .containsEntry("locked memory limit", "unknown")
        .containsEntry("open files limit", "unknown")
        .containsEntry("huge pages", "unknown")
        .containsEntry("transparent huge pages", "unknown")
        .containsEntry("NUMA nodes", "unknown");
  }
}
