package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchReportTest {
  private static final String SEGMENT = "host:1\"\\\n";

  private final BenchPlan plan = new BenchPlan(OpCode.WRITE, 65536, 128, 1, Duration.ofSeconds(1));

  private BenchReport report(long batches) {
    Histogram latency = new Histogram(3);
    for (int micros = 1; micros <= 1000; micros++) {
      latency.recordValue(micros * 1_000L);
    }
    return new BenchReport(
        plan,
        SEGMENT,
        2,
        batches,
        0,
        latency,
        new TreeSet<>(Set.of("tcp", "shm")),
        null,
        false,
        -1,
        new HostLoad(2, 0.25, 1.5, 3.25));
  }

  /** The line of C++ Mooncake's transfer_engine_bench, as scripts take it apart. */
  @Test
  void writesTheLineThatScriptsLookFor() {
    assertThat(ReportWriter.line(report(1000), ReportUnit.GIGABYTES, 2))
        .isEqualTo("Test completed: duration 2.00, batch count 1000, throughput 4.19 GB/s");
  }

  @Test
  void writesForPeople() {
    assertThat(ReportWriter.text(report(1000), ReportUnit.GIGABYTES, 2).lines())
        .startsWith(
            "Test completed: duration 2.00, batch count 1000, throughput 4.19 GB/s",
            "Batch latency: p50 500 us, p90 900 us, p99 990 us, p99.9 999 us, max 1000 us",
            "Moved 8388608000 bytes, 0 requests failed; served by shm, tcp")
        .anyMatch(line -> line.startsWith("Host: load 0.25 before, 1.50 after, 2 CPUs, 3.3 s"))
        .noneMatch(line -> line.startsWith("Verified"));
    assertThat(ReportWriter.text(report(1).verified(77, null), ReportUnit.GIGABYTES, 2).lines())
        .contains("Verified 77 bytes: written, read back into other memory, all equal");
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

    assertThat(ReportWriter.line(report(1000), unit, 3))
        .contains("throughput " + value + " " + symbol + "/s");
  }

  @Test
  void writesJson() throws Exception {
    JsonNode json = new JsonMapper().readTree(ReportWriter.json("bench", report(1000)));

    assertThat(List.copyOf(json.properties().stream().map(e -> e.getKey()).toList()))
        .containsExactly(
            "program",
            "operation",
            "segment",
            "transports",
            "block_size",
            "batch_size",
            "threads",
            "duration_seconds",
            "batch_count",
            "bytes",
            "bytes_per_second",
            "batch_latency_micros",
            "errors",
            "error",
            "interrupted",
            "verified_bytes",
            "host",
            "version");
    assertThat(json.get("program").textValue()).isEqualTo("bench");
    assertThat(json.get("operation").textValue()).isEqualTo("write");
    assertThat(json.get("segment").textValue()).isEqualTo(SEGMENT);
    assertThat(json.get("transports").toString()).isEqualTo("[\"shm\",\"tcp\"]");
    assertThat(json.get("bytes").longValue()).isEqualTo(8_388_608_000L);
    assertThat(json.get("bytes_per_second").longValue()).isEqualTo(4_194_304_000L);
    assertThat(json.get("duration_seconds").doubleValue()).isEqualTo(2.0);
    JsonNode latency = json.get("batch_latency_micros");
    assertThat(latency.get("p90").doubleValue()).isBetween(899.0, 901.0);
    assertThat(latency.get("p99.9").doubleValue()).isBetween(998.0, 1000.0);
    assertThat(latency.get("max").doubleValue()).isBetween(999.0, 1001.0);
    assertThat(json.get("error").isNull()).isTrue();
    assertThat(json.get("interrupted").booleanValue()).isFalse();
    assertThat(json.get("verified_bytes").isNull()).isTrue();
    assertThat(json.get("host").toString())
        .isEqualTo("{\"cpus\":2,\"load_before\":0.25,\"load_after\":1.5,\"cpu_seconds\":3.25}");
    assertThat(json.get("version").get("java").textValue()).isEqualTo(Runtime.version().toString());
  }

  @Test
  void jsonTellsWhatWentWrong() throws Exception {
    MooncakeException wrong = new MooncakeException(ErrorCode.INTERNAL, "byte 7 is wrong");

    JsonNode json =
        new JsonMapper().readTree(ReportWriter.json("bench", report(1).verified(-1, wrong)));

    assertThat(json.get("error").textValue()).isEqualTo("byte 7 is wrong");
    assertThat(json.get("verified_bytes").isNull()).isTrue();
  }

  @Test
  void aRunWithoutABatchIsZero() throws Exception {
    BenchReport empty =
        new BenchReport(
            plan,
            "a:1",
            0,
            0,
            0,
            new Histogram(3),
            Set.of(),
            null,
            true,
            -1,
            new HostLoad(1, -1, -1, 0));

    assertThat(ReportWriter.text(empty, ReportUnit.GIGABYTES, 2))
        .contains("batch count 0, throughput 0.00 GB/s", "served by none");
    JsonNode json = new JsonMapper().readTree(ReportWriter.json("bench", empty));
    assertThat(json.get("batch_latency_micros").get("p50").doubleValue()).isZero();
    assertThat(json.get("transports")).isEmpty();
    assertThat(json.get("interrupted").booleanValue()).isTrue();
    assertThat(json.get("host").get("load_before").isNull()).isTrue();
  }
}
