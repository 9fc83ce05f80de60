package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.http.HttpBehaviour;
import io.mooncake4j.testkit.http.HttpFaults;
import io.mooncake4j.testkit.http.HttpStub;
import io.mooncake4j.testkit.http.MetadataRecords;
import io.mooncake4j.testkit.http.MetadataRecords.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Engines that find each other over HTTP, while the metadata server is up, down, slow or odd. */
class HttpMetadataTest {
  private static final int LENGTH = 64 << 10;

  /** More than the few requests of a call may take together, 3 s each. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private final MetadataRecords records = new MetadataRecords(Dialect.CPP);
  private final HttpStub server = HttpStub.start(records);
  private final List<TransferEngine> engines = new ArrayList<>();

  @AfterEach
  void close() {
    // Engines withdraw their records; let them reach a server, so that closing takes no time-out.
    server.behave(records);
    server.restart();
    engines.forEach(TransferEngine::close);
    server.close();
  }

  private EngineBuilder named(String name) {
    return TransferEngine.builder()
        .ignoreEnvironment()
        .name(name)
        .metadata(server.url("/metadata"))
        .option("mooncake.transports", "tcp")
        .option("mooncake.network.bind-address", "127.0.0.1")
        .option("mooncake.network.advertised-address", "127.0.0.1")
        .option("mooncake.metadata.check-interval", "100ms")
        .option("mooncake.http.max-record-bytes", "1m");
  }

  private TransferEngine start(String name) {
    TransferEngine engine = named(name).build();
    engines.add(engine);
    return engine;
  }

  /** An engine with a published region that holds the pattern of a seed. */
  private TransferEngine startServing(String name, long seed) {
    TransferEngine engine = start(name);
    MemoryRegion region = engine.allocate(LENGTH);
    region.window(0, LENGTH).put(TestMemory.pattern(seed, 0, LENGTH));
    Await.until(
        () -> records.record("mooncake/ram/" + name).orElse("").contains("\"addr\":"),
        "the publication of " + name);
    return engine;
  }

  private static void assertReads(TransferEngine from, RemoteBuffer remote, long seed)
      throws Exception {
    try (MemoryRegion local = from.allocate(LENGTH)) {
      from.submit(TransferRequest.read(local, 0, remote, 0, LENGTH)).get(20, TimeUnit.SECONDS);
      byte[] read = new byte[LENGTH];
      local.window(0, LENGTH).get(read);
      TestMemory.assertEqual(read, TestMemory.pattern(seed, 0, LENGTH), "what was read");
    }
  }

  private void assertFailsSoon(ThrowingCallable call) {
    long start = System.nanoTime();
    MooncakeException failure = catchThrowableOfType(MooncakeException.class, call);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isIn(ErrorCode.METADATA, ErrorCode.TIMEOUT);
    assertThat(failure).hasMessageContaining("metadata server " + server.url("/metadata"));
  }

  /** Whether a segment that nobody has opened yet is found, with its buffer. */
  private static boolean finds(TransferEngine engine, String name) {
    try {
      Segment segment = engine.openSegment(name);
      segment.refresh();
      return !segment.buffers().isEmpty();
    } catch (MooncakeException e) {
      assertThat(e.code()).isIn(ErrorCode.METADATA, ErrorCode.TIMEOUT);
      return false;
    }
  }

  @Test
  void aServerThatIsDownAtTheStartIsNamedAndTheNextStartWorks() {
    server.stop();
    assertFailsSoon(() -> start("alpha"));

    server.restart();
    TransferEngine alpha = start("alpha");
    assertThat(alpha.name()).isEqualTo("alpha");
    assertThat(records.record("mooncake/rpc_meta/alpha")).isPresent();
  }

  @Test
  void aServerThatDiesDisturbsNoTransferAndIsForgivenWhenItComesBackEmpty() throws Exception {
    TransferEngine alpha = start("alpha");
    startServing("beta", 1);
    startServing("gamma", 2);
    RemoteBuffer beta = alpha.openSegment("beta").buffers().get(0);
    assertReads(alpha, beta, 1);

    server.stop();
    assertReads(alpha, beta, 1);
    assertReads(alpha, alpha.openSegment("beta").buffers().get(0), 1);
    assertFailsSoon(() -> alpha.openSegment("gamma"));

    records.clear();
    server.restart();
    Await.until(() -> finds(alpha, "gamma"), "a node is found again on the empty server");
    assertReads(alpha, alpha.openSegment("gamma").buffers().get(0), 2);
    TransferEngine delta = start("delta");
    Await.until(() -> finds(delta, "beta"), "a new node finds an old one");
    assertReads(delta, delta.openSegment("beta").buffers().get(0), 1);
    assertReads(alpha, beta, 1);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("garbage", HttpFaults.garbage()),
        Arguments.of("status 500", HttpFaults.status(500, "out of memory")),
        Arguments.of("endless body", HttpFaults.endlessBody()),
        Arguments.of("silence", HttpFaults.silence()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void anOddServerIsAnErrorAtTheStartAndInUseAndThenForgotten(String name, HttpBehaviour fault)
      throws Exception {
    TransferEngine alpha = start("alpha");
    startServing("beta", 1);
    startServing("gamma", 2);
    RemoteBuffer beta = alpha.openSegment("beta").buffers().get(0);

    server.behave(fault);
    assertFailsSoon(() -> start("delta"));
    assertFailsSoon(() -> alpha.openSegment("gamma"));
    assertReads(alpha, beta, 1);

    server.behave(records);
    Await.until(() -> finds(alpha, "gamma"), "a node is found when the server has recovered");
    assertThat(start("delta").name()).isEqualTo("delta");
  }

  @Test
  void aSlowServerMakesEnginesWaitButWorks() throws Exception {
    server.behave(HttpFaults.late(Duration.ofSeconds(1), records));
    TransferEngine alpha = start("alpha");
    startServing("beta", 1);

    assertReads(alpha, alpha.openSegment("beta").buffers().get(0), 1);
  }
}
