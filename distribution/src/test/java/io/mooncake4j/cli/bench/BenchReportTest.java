package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.OpCode;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchReportTest {
  private final BenchPlan plan = new BenchPlan(OpCode.WRITE, 65536, 128, 1, Duration.ofSeconds(1));

  private BenchReport report(long batches) {
    Histogram latency = new Histogram(3);
    latency.recordValue(1_500_000);
    return new BenchReport(plan, "host:1\"\\\n", 2, batches, latency, Set.of("tcp", "shm"));
  }

  /** The line of C++ Mooncake's transfer_engine_bench, as scripts take it apart. */
  @Test
  void writesTheLineThatScriptsLookFor() {
    String[] lines = report(1000).text(ReportUnit.GIGABYTES, 2).split("\\R", -1);

    assertThat(lines[0])
        .isEqualTo("Test completed: duration 2.00, batch count 1000, throughput 4.19 GB/s");
    assertThat(lines[1]).startsWith("Batch latency: p50 1500 us, p99 ").endsWith("shm, tcp");
  }

  @ParameterizedTest
  @CsvSource({
    "GB, 4.194",
    "GiB, 3.906",
    "Gb, 33.554",
    "MB, 4194.304",
    "MiB, 4000.000",
    "Mb, 33554.432",
    "KB, 4194304.000",
    "KiB, 4096000.000",
    "Kb, 33554432.000"
  })
  void convertsToEveryUnit(String symbol, String value) {
    ReportUnit unit = new ReportUnit.Converter().convert(symbol);

    assertThat(report(1000).text(unit, 3)).contains("throughput " + value + " " + symbol + "/s");
  }

  @Test
  void writesJson() {
    assertThat(report(1000).json())
        .startsWith(
            "{\"operation\":\"write\",\"segment\":\"host:1\\\"\\\\\\u000a\","
                + "\"transports\":[\"shm\",\"tcp\"],\"block_size\":65536,\"batch_size\":128,"
                + "\"threads\":1,\"duration_seconds\":2.000000,\"batch_count\":1000,"
                + "\"bytes\":8388608000,\"bytes_per_second\":4194304000,"
                + "\"batch_latency_micros\":{\"p50\":150")
        .matches(Pattern.compile(".*\"p99\":.*\"p99.9\":.*\"max\":[0-9.]+}}", Pattern.DOTALL));
  }

  @Test
  void aRunWithoutABatchIsZero() {
    BenchReport empty = new BenchReport(plan, "a:1", 0, 0, new Histogram(3), Set.of());

    assertThat(empty.text(ReportUnit.GIGABYTES, 2)).contains("batch count 0, throughput 0.00 GB/s");
    assertThat(empty.json()).contains("\"p50\":0.0").contains("\"transports\":[]");
  }
}
