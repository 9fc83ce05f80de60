package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.sim.SimMetadataProvider;
import io.mooncake4j.testkit.sim.SimulatedMetadata;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine's records stay in the metadata store as they should be, whatever happens to them. */
@Timeout(120)
class RecordKeepingTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String ADDRESS = "mooncake/rpc_meta/alpha";
  private static final String DESCRIPTOR = "mooncake/ram/alpha";
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final LogLines log = new LogLines();
  private final String storeName = "keeping-" + NUMBERS.incrementAndGet();
  private final TestEngines engines = new TestEngines();
  private SimulatedMetadata records;
  private MetadataStore store;

  @BeforeEach
  void connect() {
    records = SimulatedMetadata.named(storeName);
    store = new SimMetadataProvider().create("sim://" + storeName, null);
  }

  @AfterEach
  void close() {
    engines.close();
    store.close();
    SimulatedMetadata.forget(storeName);
    log.close();
  }

  private TransferEngine start(String checkInterval) {
    return engines.start(
        engines
            .with("sim-virtual")
            .name("alpha")
            .metadata("sim://" + storeName)
            .option("mooncake.network.advertised-address", "127.0.0.1")
            .option("mooncake.metadata.timeout", "300ms")
            .option("mooncake.metadata.check-interval", checkInterval));
  }

  private String read(String key) {
    return store.get(key, TIMEOUT).map(bytes -> new String(bytes, UTF_8)).orElse("");
  }

  private static long value(TransferEngine engine, String metric) {
    return engine.metrics().value("engine.metadata." + metric);
  }

  @Test
  void eachRecordIsRestoredAloneAndAReplacedOneToo() {
    TransferEngine engine = start("50ms");
    engine.allocate(4096);
    engine.awaitPublication(TestEngines.SOON);
    String address = read(ADDRESS);
    String descriptor = read(DESCRIPTOR);
    assertThat(descriptor).contains("\"addr\":");

    store.remove(ADDRESS, TIMEOUT);
    Await.until(() -> read(ADDRESS).equals(address), "the address");
    store.remove(DESCRIPTOR, TIMEOUT);
    Await.until(() -> read(DESCRIPTOR).contains("\"addr\":"), "the descriptor");
    store.put(DESCRIPTOR, "{\"buffers\":[],\"name\":\"alpha\"}".getBytes(UTF_8), TIMEOUT);
    Await.until(() -> read(DESCRIPTOR).contains("\"addr\":"), "the replaced descriptor");
    records.lose();
    Await.until(
        () -> read(ADDRESS).equals(address) && read(DESCRIPTOR).contains("\"addr\":"), "both");

    // Three or four: the look that restores the address may see the descriptor gone as well.
    Await.until(() -> value(engine, "republications") >= 3, "all are counted");
    assertThat(value(engine, "failures")).isZero();
    assertThat(log.with("lost records").size()).isBetween(1, 4);
  }

  @Test
  void withoutAnIntervalNothingIsLookedAfterButPublicationsAreRepeated() {
    TransferEngine engine = start("0s");
    engine.allocate(4096);
    engine.awaitPublication(TestEngines.SOON);
    records.lose();
    Await.holdsFor(() -> records.keys().isEmpty(), Duration.ofMillis(500), "nothing is restored");
    records.down(true);
    MemoryRegion region = engine.allocate(4096);
    Await.until(() -> value(engine, "failures") > 0, "a publication fails");
    records.down(false);

    engine.awaitPublication(TestEngines.SOON);
    assertThat(read(DESCRIPTOR)).contains(Long.toUnsignedString(region.address()));
  }

  @Test
  void aStoreThatIsDownIsAskedSeldomAndTwoLinesTellOfIt() {
    TransferEngine engine = start("50ms");
    records.down(true);
    Await.until(() -> value(engine, "failures") > 0, "the failure is seen");
    int before = records.calls();
    long start = System.nanoTime();
    List<MemoryRegion> regions = new ArrayList<>();
    while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(1500)) {
      regions.add(engine.allocate(4096));
      Await.holdsFor(() -> true, Duration.ofMillis(5), "a pause");
    }
    // Pauses of 250, 500, 1000 ms: far fewer calls than looks, and than registrations.
    assertThat(records.calls() - before).isLessThan(6);
    assertCode(ErrorCode.TIMEOUT, () -> engine.awaitPublication(Duration.ofMillis(10)));
    records.down(false);

    engine.awaitPublication(TestEngines.SOON);
    String last = Long.toUnsignedString(regions.get(regions.size() - 1).address());
    assertThat(read(DESCRIPTOR)).contains(last);
    Await.until(() -> log.with("the records of alpha again").size() == 1, "the second line");
    assertThat(log.with("WARN")).hasSize(1);
  }

  @Test
  void tenThousandRegistrationsMakeFewPublications() {
    TransferEngine engine = start("1h");
    long before = value(engine, "publications");
    try (TestMemory memory = TestMemory.allocate(10_000 * 16)) {
      for (int i = 0; i < 10_000; i++) {
        engine.register(Registration.of(memory.address() + i * 16L, 8, Location.ANY, memory));
      }
      engine.awaitPublication(TestEngines.SOON);
      assertThat(value(engine, "publications") - before).isBetween(1L, 20L);
      assertThat(read(DESCRIPTOR))
          .contains(Long.toUnsignedString(memory.address()))
          .contains(Long.toUnsignedString(memory.address() + 9_999 * 16L));
      engine.close();
    }
  }

  @Test
  void everyWaitingThreadSeesItsOwnRegionPublished() throws Exception {
    TransferEngine engine = start("1h");
    records.slow(Duration.ofMillis(20));
    List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      waiting.add(
          CompletableFuture.supplyAsync(
              () -> {
                MemoryRegion region = engine.allocate(4096);
                engine.awaitPublication(TestEngines.SOON);
                return read(DESCRIPTOR).contains(Long.toUnsignedString(region.address()));
              },
              task -> new Thread(task, "waits").start()));
    }
    for (CompletableFuture<Boolean> seen : waiting) {
      assertThat(seen.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void waitingForAStoreThatIsDownEndsInTimeAndAtTheEnginesEnd() throws Exception {
    TransferEngine engine = start("1h");
    engine.awaitPublication(Duration.ofSeconds(Long.MAX_VALUE));
    records.down(true);
    engine.allocate(4096);
    assertCode(ErrorCode.TIMEOUT, () -> engine.awaitPublication(Duration.ofMillis(50)));
    AtomicInteger closed = new AtomicInteger();
    Thread waits =
        new Thread(
            () -> {
              assertCode(ErrorCode.CLOSED, () -> engine.awaitPublication(Duration.ofMinutes(5)));
              closed.incrementAndGet();
            });
    waits.start();
    Await.until(() -> waits.getState() == Thread.State.TIMED_WAITING, "it waits");
    engine.close();
    waits.join(20_000);
    assertThat(closed).hasValue(1);
    assertCode(ErrorCode.CLOSED, () -> engine.awaitPublication(Duration.ofMillis(1)));
  }

  @Test
  void aClosedEngineIsNotKeptByItsHook() {
    WeakReference<TransferEngine> engine = new WeakReference<>(start("50ms"));
    engine.get().allocate(4096);
    engines.stop();

    Await.until(
        () -> {
          System.gc();
          return engine.get() == null;
        },
        "the engine is collected");
    assertThat(records.keys()).isEmpty();
  }

  @Test
  void anOrphanedDescriptorOfOursGoesToo() {
    TransferEngine engine = start("0s");
    store.remove(ADDRESS, TIMEOUT);
    engine.close();
    assertThat(records.keys()).isEmpty();
  }
}
