package io.mooncake4j.cli.metrics;

import static io.mooncake4j.cli.metrics.MetricsEndpointTest.scrape;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.cli.MooncakeProcess;
import io.mooncake4j.testkit.Await;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The metrics of target and initiator, each in a process of its own. */
class MetricsProcessTest {
  private static final String PAGE = "metrics at (http://127\\.0\\.0\\.1:\\d+/metrics)";
  private static final String LISTENING = "listening on (127\\.0\\.0\\.1:\\d+)";
  private static final String COMPLETED = "mooncake_engine_requests_completed_total";

  private static MooncakeProcess target(String... more) {
    return bench(
        List.of("-mode=target", "--block_size=4k", "--threads=2", "--batch_size=16"), more);
  }

  private static MooncakeProcess bench(List<String> flags, String... more) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("bench", "--local_server_name=127.0.0.1", "--buffer_size=16m"));
    words.addAll(flags);
    words.addAll(List.of(more));
    return MooncakeProcess.start(words.toArray(String[]::new));
  }

  @Test
  void bothSidesOfABenchTellTheSameStory() throws Exception {
    try (MooncakeProcess target = target("--metrics=0")) {
      String targetPage = target.await(PAGE);
      String segment = target.await(LISTENING);
      try (MooncakeProcess initiator =
          bench(
              List.of(
                  "--segment_id=" + segment, "--threads=2", "--block_size=4k", "--protocol=tcp"),
              "--duration=600",
              "--metrics",
              "127.0.0.1:0")) {
        String page = initiator.await(PAGE);
        Await.until(() -> scrape(page).sum(COMPLETED) > 0, "requests are completed");
        PrometheusText first = scrape(page);
        Await.until(
            () -> scrape(page).sum(COMPLETED) > first.sum(COMPLETED),
            "more requests are completed");
        PrometheusText second = scrape(page);
        PrometheusText served = scrape(targetPage);

        assertThat(second.sum("mooncake_engine_read_bytes_total"))
            .isGreaterThan(first.sum("mooncake_engine_read_bytes_total"));
        // Between two batches of a thread there is none.
        Await.until(
            () -> scrape(page).sum("mooncake_engine_batches") > 0, "a batch is under way at times");
        assertThat(second.sum("mooncake_engine_requests_latency_seconds_count"))
            .isGreaterThanOrEqualTo(first.sum(COMPLETED));
        assertThat(served.value("mooncake_engine_regions", "engine=" + segment)).isPositive();
        assertThat(served.sum(COMPLETED)).isZero();
        assertThat(served.sum("mooncake_transport_served_read_bytes_total"))
            .isGreaterThanOrEqualTo(first.sum("mooncake_engine_read_bytes_total"));
        assertThat(served.sum("mooncake_engine_handshakes_answered_total")).isPositive();
      }
      target.handle().destroy();
      target.handle().onExit().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aTakenPortEndsTheCommandWithAClearError() {
    try (MooncakeProcess target = target("--metrics=0")) {
      String port = String.valueOf(URI.create(target.await(PAGE)).getPort());
      try (MooncakeProcess second = target("--metrics=" + port)) {
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.errors())
            .contains("mooncake: SOCKET: metrics cannot listen on 127.0.0.1:" + port, "--metrics");
      }
    }
  }

  @Test
  void aWrongAddressIsWrongUsage() {
    try (MooncakeProcess target = target("--metrics=nowhere")) {
      assertThat(target.exitCode()).isEqualTo(2);
      assertThat(target.errors()).contains("--metrics", "\"nowhere\" is no [HOST:]PORT");
    }
  }

  @Test
  void theDemoShowsItsMetricsToo() {
    try (MooncakeProcess demo =
        MooncakeProcess.start("demo", "--file", "pom.xml", "--metrics", "0", "--memory=16m")) {
      assertThat(demo.exitCode()).as(demo.toString()).isZero();
      assertThat(demo.errors()).containsPattern(PAGE);
    }
  }

  @Test
  void theLogLineIsOnStandardErrorWithTheArchivesLogging() {
    Path logging =
        Path.of(
            System.getProperty("basedir", "."), "src", "main", "archive", "conf", "logback.xml");
    assertThat(logging).isRegularFile();
    try (MooncakeProcess target = target()) {
      String segment = target.await(LISTENING);
      List<String> command = new ArrayList<>(MooncakeProcess.java());
      command.replaceAll(
          word -> word.startsWith("-Dlogback.") ? "-Dlogback.configurationFile=" + logging : word);
      command.addAll(
          List.of("io.mooncake4j.cli.Mooncake", "bench", "--local_server_name=127.0.0.1"));
      command.addAll(List.of("--buffer_size=16m", "--threads=1", "--duration=600"));
      command.addAll(List.of("--segment_id=" + segment, "--block_size=4k"));
      command.addAll(List.of("-Dmooncake.metrics.log=true", "-Dmooncake.metrics.log-interval=1s"));
      try (MooncakeProcess initiator = MooncakeProcess.run(null, command)) {
        initiator.await("(INFO .*: \\[Metrics] Transfer Engine Stats \\(over last \\d+s\\): )");
        assertThat(initiator.output()).isEmpty();
      }
    }
  }
}
