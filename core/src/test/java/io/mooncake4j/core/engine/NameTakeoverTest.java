package io.mooncake4j.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.FreePorts;
import io.mooncake4j.testkit.sim.SimMetadataProvider;
import io.mooncake4j.testkit.sim.SimulatedMetadata;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may have a name in a metadata store, and what becomes of whoever loses it. */
@Timeout(120)
class NameTakeoverTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String ADDRESS = "mooncake/rpc_meta/alpha";
  private static final String DESCRIPTOR = "mooncake/ram/alpha";
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final LogLines log = new LogLines();
  private final String storeName = "takeover-" + NUMBERS.incrementAndGet();
  private final TestEngines engines = new TestEngines();
  private MetadataStore store;

  @BeforeEach
  void connect() {
    store = new SimMetadataProvider().create("sim://" + storeName, null);
  }

  @AfterEach
  void close() {
    DefectiveStoreProvider.onPut = key -> {};
    DefectiveStoreProvider.garbage = null;
    DefectiveStoreProvider.throwing = false;
    DefectiveStoreProvider.forgetful = false;
    engines.close();
    store.close();
    SimulatedMetadata.forget(storeName);
    DefectiveStoreProvider.RECORDS.clear();
    log.close();
  }

  private String comparing() {
    return "sim://" + storeName;
  }

  private static String plain() {
    return "defective://x";
  }

  private EngineBuilder named(String name, String metadata) {
    return engines
        .with("sim-virtual")
        .name(name)
        .metadata(metadata)
        .option("mooncake.network.advertised-address", "127.0.0.1")
        .option("mooncake.handshake.timeout", "2s")
        .option("mooncake.metadata.check-interval", "50ms");
  }

  private TransferEngine start(String name, String metadata) {
    return engines.start(named(name, metadata));
  }

  private MooncakeException refusal(String name, String metadata) {
    return catchThrowableOfType(MooncakeException.class, () -> start(name, metadata));
  }

  private static byte[] address(String host, int port) {
    return ("{\"ip_or_host_name\":\"" + host + "\",\"rpc_port\":" + port + "}\n").getBytes(UTF_8);
  }

  private void put(String metadata, String key, byte[] value) {
    if (metadata.equals(plain())) {
      DefectiveStoreProvider.RECORDS.put(key, value);
    } else {
      store.put(key, value, TIMEOUT);
    }
  }

  private String read(String metadata, String key) {
    byte[] value =
        metadata.equals(plain())
            ? DefectiveStoreProvider.RECORDS.get(key)
            : store.get(key, TIMEOUT).orElse(null);
    return value == null ? "" : new String(value, UTF_8);
  }

  private String metadata(boolean comparing) {
    return comparing ? comparing() : plain();
  }

  static FakePeer peerNamed(String name) {
    FakePeer peer = new FakePeer();
    peer.descriptor = "{\"name\":\"" + name + "\",\"protocol\":\"tcp\",\"buffers\":[]}";
    return peer;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherEnginesPortIsNoSignOfLife(boolean comparing) {
    String metadata = metadata(comparing);
    TransferEngine other = start("beta", metadata);
    put(metadata, ADDRESS, read(metadata, "mooncake/rpc_meta/beta").getBytes(UTF_8));
    put(metadata, DESCRIPTOR, "stale".getBytes(UTF_8));

    TransferEngine engine = start("alpha", metadata);

    assertThat(read(metadata, ADDRESS)).isNotEqualTo(read(metadata, "mooncake/rpc_meta/beta"));
    assertThat(read(metadata, DESCRIPTOR)).contains("\"buffers\":[]");
    assertThat(log.with("is another one, beta")).hasSize(1);
    engine.close();
    other.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoDoesNotTellItsNameCountsAsTheOwner(boolean comparing) {
    String metadata = metadata(comparing);
    try (FakePeer peer = new FakePeer()) {
      put(metadata, ADDRESS, address("127.0.0.1", peer.port()));
      put(metadata, DESCRIPTOR, "its own".getBytes(UTF_8));

      MooncakeException silent = refusal("alpha", metadata);
      peer.descriptor = "[7";
      MooncakeException garbled = refusal("alpha", metadata);

      assertThat(silent.code()).isEqualTo(ErrorCode.NAME_TAKEN);
      assertThat(garbled.code()).isEqualTo(ErrorCode.NAME_TAKEN);
      assertThat(silent)
          .hasMessageContaining("127.0.0.1:" + peer.port())
          .hasMessageContaining("by hand")
          .hasMessageContaining(ADDRESS)
          .hasMessageContaining(DESCRIPTOR);
      assertThat(read(metadata, DESCRIPTOR)).isEqualTo("its own");
      assertThat(read(metadata, ADDRESS)).contains(":" + peer.port() + "}");
    }
  }

  @Test
  void whoAcceptsConnectionsButDoesNotAnswerKeepsItsName() throws IOException {
    try (ServerSocket stopped = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      put(plain(), ADDRESS, address("127.0.0.1", stopped.getLocalPort()));

      MooncakeException refusal =
          catchThrowableOfType(
              MooncakeException.class,
              () ->
                  engines.start(
                      named("alpha", plain()).option("mooncake.handshake.timeout", "1s")));

      assertThat(refusal.code()).isEqualTo(ErrorCode.NAME_TAKEN);
      assertThat(refusal)
          .hasMessageContaining("127.0.0.1:" + stopped.getLocalPort())
          .hasMessageContaining("does not answer within 1000 ms");
      assertThat(read(plain(), ADDRESS)).contains(":" + stopped.getLocalPort() + "}");
    }
    start("alpha", plain());
  }

  @Test
  void whoIsSecondAtAServerThatRefusesDuplicatesIsToldWhoWasFirst() {
    try (FakePeer first = peerNamed("alpha")) {
      DefectiveStoreProvider.onPut =
          key -> {
            if (key.equals(ADDRESS)) {
              put(plain(), ADDRESS, address("127.0.0.1", first.port()));
              throw new MooncakeException(ErrorCode.METADATA, "Duplicate rpc_meta key");
            }
          };

      MooncakeException refusal = refusal("alpha", plain());

      assertThat(refusal.code()).isEqualTo(ErrorCode.NAME_TAKEN);
      assertThat(refusal).hasMessageContaining("127.0.0.1:" + first.port());
      assertThat(read(plain(), ADDRESS)).contains(":" + first.port() + "}");
    }
  }

  @Test
  void whatIsRefusedOnceIsTriedAgainAndWhatIsRefusedAlwaysIsTheStoresError() {
    AtomicBoolean once = new AtomicBoolean(true);
    DefectiveStoreProvider.onPut =
        key -> {
          if (key.equals(ADDRESS) && once.getAndSet(false)) {
            throw new MooncakeException(ErrorCode.METADATA, "Duplicate rpc_meta key");
          }
        };
    start("alpha", plain());
    assertThat(read(plain(), ADDRESS)).contains("127.0.0.1");

    DefectiveStoreProvider.onPut =
        key -> {
          throw new MooncakeException(ErrorCode.METADATA, "read only");
        };
    assertThat(refusal("gamma", plain()).code()).isEqualTo(ErrorCode.METADATA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html></html>", "null", "", "{}", "[7"})
  void whatDoesNotGiveBackWhatWasWrittenIsNoStore(String answer) {
    DefectiveStoreProvider.garbage = answer.getBytes(UTF_8);

    MooncakeException refusal = refusal("alpha", plain());

    assertThat(refusal.code()).isEqualTo(ErrorCode.METADATA);
    assertThat(refusal)
        .hasMessageContaining(ADDRESS)
        .hasMessageContaining("mooncake.metadata names a metadata store?");
  }

  @Test
  void whatForgetsWhatWasWrittenIsNoStore() {
    DefectiveStoreProvider.garbage = address("127.0.0.1", FreePorts.one());
    MooncakeException other = refusal("alpha", plain());
    assertThat(other.code()).isEqualTo(ErrorCode.NAME_TAKEN);
    assertThat(other).hasMessageContaining("127.0.0.1:").hasMessageContaining("same moment");

    DefectiveStoreProvider.garbage = null;
    DefectiveStoreProvider.forgetful = true;
    MooncakeException none = refusal("alpha", plain());
    assertThat(none.code()).isEqualTo(ErrorCode.METADATA);
    assertThat(none).hasMessageContaining("has no such record");
  }

  @Test
  void aStoreThatTurnsIntoSomethingElseIsTheStoresFaultAndNoLossOfTheName() {
    TransferEngine engine = start("alpha", plain());
    String own = read(plain(), ADDRESS);
    DefectiveStoreProvider.garbage = "<html></html>".getBytes(UTF_8);
    Await.until(() -> !log.with("WARN").isEmpty(), "it fails, and says so");
    assertThat(engine.metrics().value("engine.metadata.failures")).isPositive();
    assertThat(engine.metrics().value("engine.metadata.name-lost")).isZero();
    assertThat(log.with("WARN")).singleElement().asString().contains("names a metadata store?");

    DefectiveStoreProvider.garbage = null;

    Await.until(() -> log.with("the records of alpha again").size() == 1, "it recovers");
    assertThat(read(plain(), ADDRESS)).isEqualTo(own);
  }

  @Test
  void aStartThatHasWrittenNothingWithdrawsNothing() {
    DefectiveStoreProvider.throwing = true;
    int before = DefectiveStoreProvider.READS.get();

    assertThat(refusal("alpha", plain()).code()).isEqualTo(ErrorCode.METADATA);

    assertThat(DefectiveStoreProvider.READS.get() - before).isZero();
    assertThat(log.with("may stay")).isEmpty();
  }

  @Test
  void aStartThatFailsWithdrawsWhatItHasWrittenOrSaysThatItMayStay() {
    DefectiveStoreProvider.onPut =
        key -> {
          if (key.equals(DESCRIPTOR)) {
            throw new MooncakeException(ErrorCode.METADATA, "the disk is full");
          }
        };
    assertThat(refusal("alpha", plain())).hasMessageContaining("the disk is full");
    assertThat(read(plain(), ADDRESS)).isEmpty();
    assertThat(log.with("may stay")).isEmpty();

    DefectiveStoreProvider.onPut = key -> DefectiveStoreProvider.throwing = true;
    assertThat(refusal("alpha", plain()).code()).isEqualTo(ErrorCode.METADATA);
    assertThat(
            log.with("the records of alpha may stay in the metadata store: the metadata store's"))
        .hasSize(1);
  }

  @Test
  void ofTwoThatTakeADeadEnginesNameAtOnceOneIsRefused() {
    put(plain(), ADDRESS, address("127.0.0.1", FreePorts.one()));
    try (FakePeer quicker = peerNamed("alpha")) {
      // Between the write and its reading back.
      AtomicBoolean once = new AtomicBoolean(true);
      DefectiveStoreProvider.onPut =
          key -> {
            if (key.equals(ADDRESS) && once.getAndSet(false)) {
              put(plain(), ADDRESS, address("127.0.0.1", quicker.port()));
              throw new MooncakeException(ErrorCode.METADATA, "too late");
            }
          };
      assertThat(refusal("alpha", plain()).code()).isEqualTo(ErrorCode.NAME_TAKEN);
    }
  }

  @Test
  void anAddressOfOurOwnInOtherWordsIsNobodyElse() {
    int port = FreePorts.one();
    put(comparing(), "mooncake/rpc_meta/127.0.0.1:" + port, address("localhost", port));

    engines.start(
        named("127.0.0.1:" + port, comparing())
            .option("mooncake.handshake.port-from-name", "true"));

    assertThat(log.with("is this engine's by now")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoLosesItsNameToALiveEngineIsSilentUntilThatIsGone(boolean comparing) {
    String metadata = metadata(comparing);
    TransferEngine first = start("alpha", metadata);
    String firstAddress = read(metadata, ADDRESS);
    // As if the first one had seemed dead to the second.
    put(metadata, ADDRESS, address("127.0.0.1", FreePorts.one()));
    DefectiveStoreProvider.onPut = key -> {};
    TransferEngine second = startBeforeItIsTakenBack(metadata);

    boolean firstLost = lostOneOf(first, second);
    TransferEngine loser = firstLost ? first : second;
    TransferEngine winner = firstLost ? second : first;
    assertThat(winner.metrics().value("engine.metadata.name-lost")).isZero();
    assertThat(log.with("WARN engine alpha at 127.0.0.1:")).hasSize(1);
    String won = read(metadata, ADDRESS);
    MemoryRegion region = loser.allocate(4096);
    MooncakeException late =
        catchThrowableOfType(
            MooncakeException.class, () -> loser.awaitPublication(Duration.ofMillis(300)));
    assertThat(late.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(late).hasMessageContaining("is taken");
    assertThat(read(metadata, DESCRIPTOR)).contains("\"buffers\":[]");
    assertThat(read(metadata, ADDRESS)).isEqualTo(won);

    winner.close();

    loser.awaitPublication(TestEngines.SOON);
    assertThat(read(metadata, DESCRIPTOR)).contains(Long.toUnsignedString(region.address()));
    Await.until(() -> loser.metrics().value("engine.metadata.name-lost") == 0, "the name is back");
    assertThat(read(metadata, ADDRESS)).isNotEqualTo(won);
    assertThat(read(metadata, ADDRESS).equals(firstAddress)).isEqualTo(firstLost);
    assertThat(log.with("has its name again")).hasSize(1);
  }

  /** The first engine takes its name back as soon as it looks, so the second may come too late. */
  private TransferEngine startBeforeItIsTakenBack(String metadata) {
    while (true) {
      try {
        return start("alpha", metadata);
      } catch (MooncakeException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.NAME_TAKEN);
        put(metadata, ADDRESS, address("127.0.0.1", FreePorts.one()));
      }
    }
  }

  private static boolean lostOneOf(TransferEngine first, TransferEngine second) {
    Await.until(
        () ->
            first.metrics().value("engine.metadata.name-lost")
                    + second.metrics().value("engine.metadata.name-lost")
                == 1,
        "one of them sees that it has lost its name");
    return first.metrics().value("engine.metadata.name-lost") == 1;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNameIsTakenBackFromAnEngineThatDies(boolean comparing) {
    String metadata = metadata(comparing);
    TransferEngine engine = start("alpha", metadata);
    String own = read(metadata, ADDRESS);
    try (FakePeer other = peerNamed("alpha")) {
      put(metadata, ADDRESS, address("127.0.0.1", other.port()));
      put(metadata, DESCRIPTOR, "the other's".getBytes(UTF_8));
      Await.until(
          () -> engine.metrics().value("engine.metadata.name-lost") == 1, "the name is lost");
      Await.holdsFor(
          () -> read(metadata, DESCRIPTOR).equals("the other's"),
          Duration.ofMillis(300),
          "its records stay");
    }

    Await.until(() -> read(metadata, ADDRESS).equals(own), "the name is taken back");
    Await.until(() -> read(metadata, DESCRIPTOR).contains("\"buffers\":[]"), "its descriptor");
    Await.until(() -> engine.metrics().value("engine.metadata.name-lost") == 0, "the name is back");
  }

  @Test
  void aNameWhoseReturnIsNotConfirmedIsBackAllTheSame() {
    TransferEngine engine = start("alpha", plain());
    String own = read(plain(), ADDRESS);
    AtomicBoolean once = new AtomicBoolean(true);
    try (FakePeer other = peerNamed("alpha")) {
      put(plain(), ADDRESS, address("127.0.0.1", other.port()));
      Await.until(
          () -> engine.metrics().value("engine.metadata.name-lost") == 1, "the name is lost");
      DefectiveStoreProvider.onPut =
          key -> {
            if (key.equals(ADDRESS) && once.getAndSet(false)) {
              put(plain(), ADDRESS, own.getBytes(UTF_8));
              throw new MooncakeException(ErrorCode.TIMEOUT, "no answer");
            }
          };
    }

    Await.until(() -> engine.metrics().value("engine.metadata.name-lost") == 0, "the name is back");
    assertThat(once).isFalse();
    assertThat(log.with("has its name again")).hasSize(1);
  }
}
