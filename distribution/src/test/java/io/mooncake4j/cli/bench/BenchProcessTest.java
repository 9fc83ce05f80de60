package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mooncake4j.cli.MooncakeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Target and initiator in processes of their own. */
class BenchProcessTest {
  private static final String LISTENING =
      "Transfer Engine RPC using P2P handshake, listening on (127\\.0\\.0\\.1:\\d+)";

  private static MooncakeProcess target;
  private static String segment;

  @BeforeAll
  static void startTarget() {
    target =
        MooncakeProcess.start(
            "bench",
            "-mode=target",
            "-local_server_name=127.0.0.1",
            "--buffer_size=64m",
            "--block_size=4k",
            "--threads=2",
            "--batch_size=16");
    segment = target.await(LISTENING);
  }

  @AfterAll
  static void stopTarget() {
    target.close();
  }

  private static MooncakeProcess initiator(String... flags) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "bench",
                "--local_server_name=127.0.0.1",
                "--buffer_size=64m",
                "--duration=1",
                "--threads=2",
                "--batch_size=16"));
    words.addAll(List.of(flags));
    return MooncakeProcess.start(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "write"})
  void measuresBothDirections(String operation) {
    try (MooncakeProcess run =
        initiator("--segment_id=" + segment, "--operation=" + operation, "--protocol=tcp")) {
      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(run.output().lines().findFirst().orElse(""))
          .matches(
              "Test completed: duration \\d+\\.\\d\\d, batch count [1-9]\\d*,"
                  + " throughput \\d+\\.\\d\\d GB/s");
      assertThat(run.output()).contains("Batch latency: p50", "served by tcp");
      assertThat(run.output()).doesNotContain("Verified");
    }
  }

  @Test
  void takesFlagsWithOneDashAndValuesBehindABlank() {
    try (MooncakeProcess run =
        initiator("-remote_server_name", segment, "-block-size", "8192", "-report_unit", "MiB")) {
      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(run.output()).containsPattern("throughput \\d+\\.\\d\\d MiB/s");
    }
  }

  @Test
  void printsJson() throws Exception {
    try (MooncakeProcess run =
        initiator("--segment_id=" + segment, "--json", "--verify", "--protocol=tcp")) {
      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(run.output().lines()).hasSize(1);
      JsonNode json = new JsonMapper().readTree(run.output());
      assertThat(json.get("segment").textValue()).isEqualTo(segment);
      assertThat(json.get("transports").toString()).isEqualTo("[\"tcp\"]");
      assertThat(json.get("batch_count").longValue()).isPositive();
      assertThat(json.get("bytes").longValue())
          .isEqualTo(json.get("batch_count").longValue() * 16 * 65536);
      assertThat(json.get("errors").longValue()).isZero();
      assertThat(json.get("batch_latency_micros").get("p50").doubleValue()).isPositive();
      assertThat(json.get("verified_bytes").longValue()).isEqualTo(2 * 16 * 65536);
    }
  }

  @Test
  void theCppProgramsNameTakesItsDefaultsAndItsForm() {
    try (MooncakeProcess run =
        MooncakeProcess.start(
            "transfer_engine_bench",
            "-metadata_server=P2PHANDSHAKE",
            "-local_server_name",
            "127.0.0.1",
            "-segment_id=" + segment,
            "-buffer_size=0x1000000",
            "--threads=7",
            "--threads=2",
            "--batch_size=16",
            "--duration=1",
            "--logtostderr",
            "--max_log_size=100",
            "--report_precision=12",
            "--undefok=init_mem,foo",
            "--foo=1",
            "--verify",
            "--noauto_discovery")) {
      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(run.output()).isEmpty();
      assertThat(run.errors().lines().filter(line -> line.contains("rdma")))
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("W")
          .contains("protocol rdma cannot be had, using tcp");
      assertThat(run.errors()).containsPattern("transfer_engine_bench.cpp:440] Worker 1 stopped!");
      assertThat(run.errors().lines().reduce((first, second) -> second).orElse(""))
          .matches(
              "I\\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{6} +\\d+ transfer_engine_bench\\.cpp:569\\] Test completed:"
                  + " duration \\d+\\.\\d\\d, batch count [1-9]\\d*, throughput \\d+\\.\\d{12} GB/s");
      assertThat(run.errors())
          .contains("transfer_engine_bench.cpp:569] Verified 2097152 bytes: written, read back");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bench", "validate", "transfer_engine_bench"})
  void theStoreOfTheConfigurationIsAsked(String program, @TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(folder.resolve("store.properties"), "mooncake.metadata=pigeon://loft\n");
    boolean classic = program.startsWith("transfer");
    try (MooncakeProcess run =
        MooncakeProcess.start(
            program,
            "--segment_id=" + segment,
            "--local_server_name=here",
            classic ? "-Dmooncake.metadata=pigeon://loft" : "--config=" + file)) {
      assertThat(run.exitCode()).as(run.toString()).isNotZero();
      assertThat(run.errors()).contains("pigeon://loft");
    }
  }

  @Test
  void theCppProgramsNameTakesTheMachinesOfItsLab() {
    try (MooncakeProcess run = MooncakeProcess.start("transfer_engine_bench")) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.errors()).contains("192.168.3.77:2379");
    }
  }

  @Test
  void anExplicitProtocolIsHonouredOrRefused() {
    try (MooncakeProcess run = initiator("--segment_id=" + segment, "--protocol=rdma")) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.errors()).contains("\"rdma\", which no plugin offers");
    }
    try (MooncakeProcess run =
        initiator("--segment_id=" + segment, "--protocol=rdma", "--auto_discovery")) {
      assertThat(run.exitCode()).as(run.toString()).isZero();
    }
  }

  @Test
  void validatesAgainstATarget() {
    try (MooncakeProcess run =
        MooncakeProcess.start(
            "validate",
            "--local_server_name=127.0.0.1",
            "--segment_id=" + segment,
            "--buffer_size=1m",
            "--block_size=4k",
            "--duration=1",
            "--threads=2",
            "--batch_size=16")) {
      assertThat(run.exitCode()).as(run.toString()).isZero();
      assertThat(run.output().lines())
          .contains(
              "Worker 0 stopped! Data validation passed",
              "Worker 1 stopped! Data validation passed")
          .anyMatch(line -> line.startsWith("Test completed: duration "));
    }
  }

  @Test
  void anInterruptedRunReportsWhatItMeasured() throws Exception {
    Signals.assumeNotIgnored();
    try (MooncakeProcess run =
        initiator("--segment_id=" + segment, "--duration=600", "--json", "--verify")) {
      Duration idle = Duration.ofMillis(1500);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (cpuOf(run).compareTo(idle) < 0) {
        assertThat(System.nanoTime()).as("it works by then; %s", run).isLessThan(end);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
      Signals.interrupt(run.handle());
      assertThat(run.exitCode()).as(run.toString()).isEqualTo(130);
      assertThat(run.errors()).contains("interrupted; the report is of the time until then");
      JsonNode json = new JsonMapper().readTree(run.output());
      assertThat(json.get("interrupted").booleanValue()).isTrue();
      assertThat(json.get("duration_seconds").doubleValue()).isLessThan(600);
      assertThat(json.get("verified_bytes").isNull()).isTrue();
    }
  }

  @Test
  void saysThatTheTargetsBufferIsTooShort() {
    try (MooncakeProcess run = initiator("--segment_id=" + segment, "--block_size=4m")) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.errors())
          .contains("mooncake: ADDRESS_NOT_REGISTERED: the target's buffer " + segment)
          .contains("= 134217728 bytes");
    }
  }

  @Test
  void saysThatTheTargetCannotBeReached() {
    try (MooncakeProcess run = initiator("--segment_id=127.0.0.1:1")) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.errors()).containsPattern("mooncake: SOCKET: .*127\\.0\\.0\\.1:1");
    }
  }

  @Test
  void saysThatTheProtocolIsUnknown() {
    try (MooncakeProcess run = initiator("--segment_id=" + segment, "--protocol=pigeon")) {
      assertThat(run.exitCode()).isNotZero();
      assertThat(run.errors()).containsPattern("mooncake: [A-Z_]+: .*pigeon");
      assertThat(run.errors().lines().filter(line -> line.startsWith("mooncake: "))).hasSize(1);
    }
  }

  @Test
  void saysThatAnOptionIsWrong() {
    try (MooncakeProcess run =
        initiator("--segment_id=" + segment, "-Dmooncake.network.port.min=80")) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.errors())
          .contains("mooncake: OPTION: mooncake.network.port.min=80", "1024 to 65535");
    }
  }

  @Test
  void saysThatTheTargetDiedInTheMiddle() {
    try (MooncakeProcess other =
        MooncakeProcess.start(
            "bench", "-mode=target", "-local_server_name=127.0.0.1", "--buffer_size=64m")) {
      String name = other.await(LISTENING);
      Duration idle = cpuOf(other);
      try (MooncakeProcess run =
          MooncakeProcess.start(
              "bench",
              "--segment_id=" + name,
              "--local_server_name=127.0.0.1",
              "--threads=2",
              // Through shared memory the target would not notice, and use no CPU time.
              "--protocol=tcp",
              "--duration=60")) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (cpuOf(other).minus(idle).compareTo(Duration.ofMillis(500)) < 0) {
          assertThat(System.nanoTime()).as("served by then; %s", run).isLessThan(end);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        other.handle().destroyForcibly();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).containsPattern("mooncake: (SOCKET|LINK_BROKEN): .*" + name);
      }
    }
  }

  private static Duration cpuOf(MooncakeProcess process) {
    return process.handle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Test
  void endsOnASignal() {
    try (MooncakeProcess other =
        MooncakeProcess.start(
            "bench",
            "--mode=target",
            "--local_server_name=127.0.0.1",
            "--buffer_size=1m",
            "--block_size=1k",
            "--threads=1",
            "--batch_size=1")) {
      String name = other.await(LISTENING);
      try (MooncakeProcess probe = MooncakeProcess.start("probe", name)) {
        assertThat(probe.exitCode()).as(probe.toString()).isZero();
        assertThat(probe.output()).isEqualTo(name + " alive");
      }
      other.handle().destroy();
      assertThat(other.exitCode()).as(other.toString()).isEqualTo(143);
      try (MooncakeProcess probe = MooncakeProcess.start("probe", name)) {
        assertThat(probe.exitCode()).as(probe.toString()).isEqualTo(1);
        assertThat(probe.output()).isEqualTo(name + " unreachable");
      }
    }
  }
}
