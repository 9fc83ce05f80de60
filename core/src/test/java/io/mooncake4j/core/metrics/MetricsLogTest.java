package io.mooncake4j.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The line has the form that C++ Mooncake's has. */
class MetricsLogTest {
  /** What transfer_engine_bench of mooncake-transfer-engine 0.3.13.post1 wrote. */
  private static final String CPP =
      "[Metrics] Transfer Engine Stats (over last 2s): Throughput: 747.56 MB/s | Latency"
          + " Distribution (count=24044): 0-10μs:17.9%, 20-50μs:1.7%, 50-100μs:16.6%,"
          + " 100-200μs:23.5%, 200-500μs:23.6%, 500-1000μs:0.8%, 1000-2000μs:1.6%,"
          + " 2000-5000μs:8.7%, 5000-10000μs:4.3%, 10000-20000μs:1.2%, 20000-50000μs:0.2%";

  private static final Pattern FORM =
      Pattern.compile(
          "\\[Metrics] Transfer Engine Stats \\(over last \\d+s\\): Throughput: \\d+\\.\\d\\d MB/s"
              + " \\| Latency Distribution \\(count=\\d+\\):"
              + " (\\d+-\\d+μs:\\d+\\.\\d%, )*\\d+-\\d+μs:\\d+\\.\\d%");

  private final Logger logger = (Logger) LoggerFactory.getLogger(MetricsLog.LOGGER);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final EngineMetrics metrics = new EngineMetrics();
  private final RequestMetrics requests = new RequestMetrics(metrics, List.of("one", "two"));
  private final AtomicLong clock = new AtomicLong(-5);
  private final MetricsLog log = new MetricsLog(metrics::snapshot, clock::get);

  @BeforeEach
  void capture() {
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
  }

  @AfterEach
  void release() {
    logger.detachAppender(lines);
    logger.setLevel(null);
    logger.setAdditive(true);
  }

  private List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
  }

  private void took(int times, long micros) {
    LatencyHistogram latency = metrics.histogram(RequestMetrics.LATENCY);
    for (int i = 0; i < times; i++) {
      latency.record(TimeUnit.MICROSECONDS.toNanos(micros));
    }
  }

  private void reportAfter(Duration time) {
    clock.addAndGet(time.toNanos());
    log.report();
  }

  @Test
  void theWholeLine() {
    took(179, 3);
    took(17, 50);
    took(566, 51);
    took(236, 4_999);
    took(2, 49_000);
    requests.moved(OpCode.READ, 0, 700 << 20);
    requests.moved(OpCode.WRITE, 1, (795L << 20) + (123 << 10));
    reportAfter(Duration.ofMillis(2001));

    assertThat(lines())
        .containsExactly(
            "[Metrics] Transfer Engine Stats (over last 2s): Throughput: 747.19 MB/s | Latency"
                + " Distribution (count=1000): 0-10μs:17.9%, 20-50μs:1.7%, 50-100μs:56.6%,"
                + " 2000-5000μs:23.6%, 20000-50000μs:0.2%");
    assertThat(lines().get(0)).matches(FORM);
    assertThat(CPP).matches(FORM);
    assertThat(CPP.codePoints().filter(it -> it > 127).distinct().toArray())
        .isEqualTo(lines().get(0).codePoints().filter(it -> it > 127).distinct().toArray());
  }

  @Test
  void sharesUnderATenthOfAPercentAreLeftOut() {
    took(9_990, 10);
    took(9, 11);
    took(1, 1_000_000);
    took(10_000, 20_000_000);
    reportAfter(Duration.ofSeconds(1));

    assertThat(lines().get(0)).endsWith("(count=20000): 0-10μs:50.0%, >10000000μs:50.0%");
  }

  @Test
  void eachLineIsAboutItsOwnIntervalAndQuietOnesHaveNone() {
    took(3, 10);
    requests.moved(OpCode.READ, 0, 5 << 20);
    reportAfter(Duration.ofSeconds(5));
    reportAfter(Duration.ofSeconds(5));
    took(1, 150);
    requests.moved(OpCode.READ, 1, 1 << 20);
    reportAfter(Duration.ofSeconds(5));

    assertThat(lines())
        .containsExactly(
            "[Metrics] Transfer Engine Stats (over last 5s): Throughput: 1.00 MB/s | Latency"
                + " Distribution (count=3): 0-10μs:100.0%",
            "[Metrics] Transfer Engine Stats (over last 5s): Throughput: 0.20 MB/s | Latency"
                + " Distribution (count=1): 100-200μs:100.0%");
  }

  @Test
  void onlyCompletedRequestsHaveALatency() {
    requests.ended(TransferStatus.CANCELED, null, 0);
    requests.ended(TransferStatus.FAILED, null, 0);
    reportAfter(Duration.ofSeconds(5));

    assertThat(lines()).isEmpty();
    assertThat(metrics.snapshot().value("engine.requests.canceled")).isEqualTo(1);
    assertThat(metrics.snapshot().value("engine.failures.bug")).isEqualTo(1);
  }

  @Test
  void anEngineLogsWhenAskedTo() {
    try (TransferEngine engine =
        TransferEngine.builder()
            .ignoreEnvironment()
            .name("127.0.0.1")
            .option("mooncake.network.bind-address", "127.0.0.1")
            .option("mooncake.transports", "sim-virtual")
            .option("mooncake.metrics.log", "true")
            .option("mooncake.metrics.log-interval", "1s")
            .build()) {
      var here = engine.allocate(4096);
      var there = engine.allocate(4096);
      var buffer =
          engine.openSegment(engine.name()).buffers().stream()
              .filter(it -> it.address() == there.address())
              .findFirst()
              .orElseThrow();
      engine
          .submit(TransferRequest.write(here, 0, buffer, 0, 4096))
          .orTimeout(20, TimeUnit.SECONDS)
          .join();
      Await.until(() -> !lines().isEmpty(), "a line is logged");
      assertThat(lines().get(0)).matches(FORM).contains("count=1)", ":100.0%");
    }
  }
}
