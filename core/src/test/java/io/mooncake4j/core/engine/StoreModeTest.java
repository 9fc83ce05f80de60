package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.FreePorts;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.sim.SimFileProvider;
import io.mooncake4j.testkit.sim.SimMetadataProvider;
import io.mooncake4j.testkit.sim.SimulatedMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines that find each other in a metadata store. */
class StoreModeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final SilentLog log = new SilentLog();
  private final String storeName = "store-mode-" + NUMBERS.incrementAndGet();
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

  private EngineBuilder named(String name, String transports) {
    return engines
        .with(transports)
        .name(name)
        .metadata("sim://" + storeName)
        .option("mooncake.network.advertised-address", "127.0.0.1")
        .option("mooncake.metadata.timeout", "300ms");
  }

  private TransferEngine start(String name) {
    return engines.start(named(name, "sim-virtual"));
  }

  private String record(String key) {
    return store.get(key, TIMEOUT).map(bytes -> new String(bytes, UTF_8)).orElse("");
  }

  @Test
  void enginesFindEachOtherByNameAndLeaveNoRecord() throws Exception {
    TransferEngine here = start("alpha");
    TransferEngine there = start("beta");
    MemoryRegion target = there.allocate(4096);
    MemoryRegion local = here.allocate(4096);
    TestEngines.fill(target, 1);
    Await.until(() -> record("mooncake/ram/beta").contains("\"addr\":"), "the publication");

    assertThat(records.keys())
        .containsExactly(
            "mooncake/ram/alpha",
            "mooncake/ram/beta",
            "mooncake/rpc_meta/alpha",
            "mooncake/rpc_meta/beta");
    RemoteBuffer remote = TestEngines.only(here, there);
    here.submit(TransferRequest.read(local, 0, remote, 0, 4096)).get(20, TimeUnit.SECONDS);
    TestMemory.assertEqual(TestEngines.bytes(local), TestMemory.pattern(1, 0, 4096), "read");
    here.notify("beta", new Notification("n", "m"));
    assertThat(there.pollNotification(TestEngines.SOON)).isEqualTo(new Notification("n", "m"));
    assertThat(here.probe("beta")).isEqualTo(Liveness.ALIVE);
    assertThat(here.probe("gamma")).isEqualTo(Liveness.UNREACHABLE);
    assertCode(ErrorCode.METADATA, () -> here.openSegment("gamma"));

    engines.stop();
    assertThat(records.keys()).isEmpty();
  }

  @Test
  void aLiveEnginesNameIsTakenAndItsRecordsStay() {
    start("alpha").allocate(4096);
    String rpc = record("mooncake/rpc_meta/alpha");

    assertCode(ErrorCode.NAME_TAKEN, () -> start("alpha"));

    assertThat(record("mooncake/rpc_meta/alpha")).isEqualTo(rpc);
    assertThat(record("mooncake/ram/alpha")).isNotEmpty();
  }

  @Test
  void aDeadEnginesRecordsGoAndSoDoUnreadableOnes() {
    String dead = "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":" + FreePorts.one() + "}";
    store.put("mooncake/rpc_meta/alpha", dead.getBytes(UTF_8), TIMEOUT);
    store.put("mooncake/ram/alpha", "{\"buffers\":[7]}".getBytes(UTF_8), TIMEOUT);
    store.put("mooncake/rpc_meta/beta", "garbage".getBytes(UTF_8), TIMEOUT);

    start("alpha");
    start("beta");

    assertThat(record("mooncake/ram/alpha")).contains("\"buffers\":[]");
    assertThat(record("mooncake/rpc_meta/beta")).contains("127.0.0.1");
  }

  @Test
  void whoLostItsNameDoesNotTakeTheNewOwnersRecordsAway() {
    TransferEngine old = start("alpha");
    byte[] other = "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":1}".getBytes(UTF_8);
    store.put("mooncake/rpc_meta/alpha", other, TIMEOUT);

    old.close();

    assertThat(records.keys()).containsExactly("mooncake/ram/alpha", "mooncake/rpc_meta/alpha");
  }

  @Test
  void aStoreThatIsDownRefusesTheStartAndDelaysPublicationOnly() {
    records.down(true);
    assertCode(ErrorCode.METADATA, () -> start("alpha"));
    records.down(false);
    TransferEngine engine = start("alpha");
    records.down(true);
    MemoryRegion region = engine.allocate(4096);
    assertCode(ErrorCode.METADATA, () -> engine.openSegment("beta"));
    records.down(false);

    Await.until(
        () -> record("mooncake/ram/alpha").contains(Long.toUnsignedString(region.address())),
        "the publication when the store is back");
  }

  @Test
  void aStoreThatIsDownDisturbsNoTransferToAnEngineThatIsThere() {
    TransferEngine here = engines.start(named("alpha", DefectiveProvider.NAME + ",sim-virtual"));
    TransferEngine there = start("beta");
    there.allocate(4096);
    Await.until(() -> record("mooncake/ram/beta").contains("\"addr\":"), "the publication");
    MemoryRegion local = here.allocate(4096);
    RemoteBuffer remote = TestEngines.only(here, there);
    Batch batch = here.newBatch(2);
    records.down(true);
    batch.submit(
        List.of(
            TransferRequest.read(local, 0, remote, 0, 4096),
            TransferRequest.raw(
                OpCode.READ, local, 0, remote.segment(), remote.space(), 4096, 16)));

    assertThat(batch.await(TestEngines.SOON)).isTrue();
    records.down(false);
    assertThat(batch.status(0)).isEqualTo(TransferStatus.COMPLETED);
    assertThat(batch.failure(1).code()).isEqualTo(ErrorCode.METADATA);
    assertThat(here.openSegment("beta")).isSameAs(remote.segment());
    here.close();
    assertThat(DefectiveProvider.RELEASED).doesNotContainKey("alpha");
  }

  @Test
  void aStoresPluginThatThrowsIsOneErrorAndDelaysPublicationOnly() {
    EngineBuilder builder =
        engines
            .with("sim-virtual")
            .name("delta")
            .metadata("defective://x")
            .option("mooncake.network.advertised-address", "127.0.0.1");
    DefectiveStoreProvider.throwing = true;
    assertCode(ErrorCode.METADATA, () -> engines.start(builder));
    DefectiveStoreProvider.throwing = false;
    TransferEngine engine = engines.start(builder);
    assertCode(ErrorCode.NAME_TAKEN, () -> engines.start(builder));
    DefectiveStoreProvider.throwing = true;
    engine.allocate(4096);
    assertCode(ErrorCode.METADATA, () -> engine.openSegment("beta"));
    assertCode(ErrorCode.METADATA, () -> engine.notify("beta", new Notification("n", "m")));
    DefectiveStoreProvider.throwing = false;
    Await.until(
        () ->
            new String(DefectiveStoreProvider.RECORDS.get("mooncake/ram/delta"), UTF_8)
                .matches("(?s).*\"addr\":.*}\n"),
        "the region, and a line feed at the end");
    engine.close();
    assertThat(DefectiveStoreProvider.RECORDS).isEmpty();
  }

  @Test
  void aSilentStoreEndsCallsByTheirDeadline() {
    TransferEngine engine = start("alpha");
    records.silent(true);
    long start = System.nanoTime();
    assertCode(ErrorCode.TIMEOUT, () -> engine.openSegment("beta"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    engine.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
    records.silent(false);
  }

  @Test
  void garbageInTheStoreIsOneErrorAndTheOldDescriptorStays() {
    TransferEngine here = start("alpha");
    TransferEngine there = start("beta");
    there.allocate(4096);
    Await.until(() -> record("mooncake/ram/beta").contains("\"addr\":"), "the publication");
    Segment segment = here.openSegment("beta");
    records.garbage("[7".getBytes(UTF_8));

    assertCode(ErrorCode.MALFORMED, segment::refresh);
    assertThat(segment.buffers()).hasSize(1);
    records.garbage(null);
    segment.refresh();
  }

  @Test
  void recordsThatTheStoreHasLostAreWrittenAgain() {
    TransferEngine engine = start("alpha");
    MemoryRegion region = engine.allocate(4096);
    Await.until(() -> record("mooncake/ram/alpha").contains("\"addr\":"), "the publication");

    records.lose();

    Await.until(
        () -> record("mooncake/ram/alpha").contains(Long.toUnsignedString(region.address())),
        "the descriptor");
    assertThat(record("mooncake/rpc_meta/alpha")).contains("127.0.0.1");
  }

  @Test
  void anEngineWhoseAddressIsMissingIsReachedByTransportsThatKnowTheirWay() throws Exception {
    TransferEngine here = start("alpha");
    TransferEngine there =
        engines.start(
            named("beta", "sim-virtual").option("mooncake.metadata.check-interval", "0s"));
    MemoryRegion target = there.allocate(4096);
    TestEngines.fill(target, 3);
    there.awaitPublication(TestEngines.SOON);
    store.remove("mooncake/rpc_meta/beta", TIMEOUT);
    MemoryRegion local = here.allocate(4096);

    RemoteBuffer remote = TestEngines.only(here, there);
    here.submit(TransferRequest.read(local, 0, remote, 0, 4096)).get(20, TimeUnit.SECONDS);

    TestMemory.assertEqual(TestEngines.bytes(local), TestMemory.pattern(3, 0, 4096), "read");
    assertCode(ErrorCode.METADATA, () -> here.notify("beta", new Notification("n", "m")));
    assertThat(here.probe("beta")).isEqualTo(Liveness.UNREACHABLE);
  }

  @Test
  void theNamesPortIsListenedAtWhenAskedFor() {
    int port = FreePorts.one();
    String name = "127.0.0.1:" + port;
    EngineBuilder builder = fromName(name);
    TransferEngine engine = engines.start(builder);

    assertThat(engine.name()).isEqualTo(name);
    assertThat(record("mooncake/rpc_meta/" + name))
        .isEqualTo("{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":" + port + "}");
    assertCode(ErrorCode.SOCKET, () -> engines.start(fromName("127.0.0.2:" + port)));
    engine.close();
    // The same port and name at once.
    engines.start(builder);
    assertCode(ErrorCode.OPTION, () -> engines.start(fromName("127.0.0.1:x")));
    assertCode(ErrorCode.OPTION, () -> engines.start(fromName("0.0.0.0:" + port)));
  }

  private EngineBuilder fromName(String name) {
    return engines
        .with("sim-virtual")
        .name(name)
        .metadata("sim://" + storeName)
        .option("mooncake.handshake.port-from-name", "true");
  }

  @Test
  void aNameThatIsAnAddressOfThisHostIsToldAndOneOfEveryHostRefused() {
    EngineBuilder plain =
        engines.with("sim-virtual").metadata("sim://" + storeName).name("127.0.0.1:7");
    engines.start(plain.option("mooncake.network.bind-address", "0.0.0.0"));

    assertThat(record("mooncake/rpc_meta/127.0.0.1:7")).contains("\"127.0.0.1\"");
    assertCode(ErrorCode.OPTION, () -> engines.start(plain.name("localhost:7")));
    assertCode(ErrorCode.OPTION, () -> engines.start(plain.name("0.0.0.0")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ram/alpha", "rpc_meta/alpha"})
  void aNameWithTheKeysOfAnotherIsRefused(String name) {
    start("alpha");
    assertCode(ErrorCode.OPTION, () -> start(name));
    assertThat(record("mooncake/ram/alpha")).contains("\"buffers\":[]");
    start("ramble/alpha");
  }

  @Test
  void manyRegistrationsMakeFewPublications() {
    TransferEngine engine = start("alpha");
    records.slow(Duration.ofMillis(200));
    int before = records.calls();
    List<MemoryRegion> regions = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      regions.add(engine.allocate(4096));
    }
    String last = Long.toUnsignedString(regions.get(499).address());
    assertThat(records.calls() - before).isLessThan(100);
    records.slow(Duration.ZERO);
    Await.until(() -> record("mooncake/ram/alpha").contains(last), "the last publication");
  }

  @Test
  void filesThatNoEngineOwnsAreReadAndWritten(@TempDir Path folder) throws IOException {
    Path first = Files.write(folder.resolve("first"), TestMemory.pattern(1, 0, 10_000));
    Path second = Files.write(folder.resolve("second"), TestMemory.pattern(2, 0, 10_000));
    String buffers =
        SimFileProvider.entries(folder, List.of(first, second)).stream()
            .map(
                it ->
                    "{\"file_path\":\"%s\",\"length\":%d,\"path\":\"%s\"}"
                        .formatted(it.name(), it.length(), it.name()))
            .reduce((left, right) -> left + "," + right)
            .orElseThrow();
    String descriptor =
        "{\"name\":\"files\",\"protocol\":\"nvmeof\",\"buffers\":["
            + buffers
            + "],\"mooncake4j\":{\"transports\":{\"sim-file\":{\"entries\":\"classic\"}}}}";
    store.put("mooncake/ram/files", descriptor.getBytes(UTF_8), TIMEOUT);
    TransferEngine engine =
        engines.start(
            named("alpha", "sim-virtual,sim-file")
                .option("mooncake.sim-file.folder", folder.toString()));
    MemoryRegion local = engine.allocate(20_000);

    Segment segment = engine.openSegment("files");
    assertThat(segment.transports()).contains("sim-file");
    assertThat(segment.buffers()).hasSize(2);
    Batch batch = engine.newBatch(2);
    for (int i = 0; i < 2; i++) {
      RemoteBuffer file = segment.buffers().get(i);
      batch.submit(List.of(TransferRequest.read(local, i * 10_000L, file, 0, 10_000)));
    }
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.status()).as("%s", batch.failure(0)).isEqualTo(TransferStatus.COMPLETED);
    TestMemory.assertEqual(
        TestEngines.bytes(local, 10_000, 10_000), TestMemory.pattern(2, 0, 10_000), "second");

    batch.reset();
    batch.submit(List.of(TransferRequest.write(local, 10_000, segment.buffers().get(0), 5, 100)));
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.status()).as("%s", batch.failure(0)).isEqualTo(TransferStatus.COMPLETED);
    byte[] written = Files.readAllBytes(first);
    TestMemory.assertEqual(
        java.util.Arrays.copyOfRange(written, 5, 105), TestMemory.pattern(2, 0, 100), "written");
    assertThat(written).hasSize(10_000);
  }
}
