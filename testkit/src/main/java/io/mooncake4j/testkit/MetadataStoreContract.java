package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStore.Capability;
import io.mooncake4j.spi.MetadataStoreDescription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every metadata store promises, as tests: extend it, return a {@link MetadataStoreFixture},
 * done. Capabilities are checked both ways: claimed ones work, others are refused.
 */
public abstract class MetadataStoreContract implements MetadataCapabilityContract {
  /** Ample time for one call. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private MetadataStoreFixture fixture;
  private MetadataStore store;
  private String prefix;

  /** For subclasses. */
  protected MetadataStoreContract() {}

  /**
   * Makes the fixture for one test.
   *
   * @return a new fixture, closed by the contract
   */
  protected abstract MetadataStoreFixture fixture();

  @BeforeEach
  final void connect() {
    fixture = fixture();
    store = fixture.connect();
    prefix = "mooncake/contract/" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + "/";
  }

  @AfterEach
  final void disconnect() {
    if (fixture != null) {
      try {
        store.close();
        store.close();
      } finally {
        fixture.close();
      }
    }
  }

  @Override
  public final MetadataStore store() {
    return store;
  }

  @Override
  public final MetadataStoreFixture usedFixture() {
    return fixture;
  }

  @Override
  public final String key(String name) {
    return prefix + name;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theDescriptionIsComplete() {
    MetadataStoreDescription description = fixture.provider().describe();
    assertThat(fixture.provider().name()).matches("[a-z][a-z0-9-]*");
    assertThat(fixture.provider().describe()).isEqualTo(description);
    assertThat(description.version()).isNotBlank();
    assertThat(description.summary()).isNotBlank();
    assertThat(description.schemes().isEmpty() && !description.servesBareStrings())
        .as("no connection string would ever reach it")
        .isFalse();
    for (Option<?> option : description.options()) {
      assertThat(option.key()).startsWith("mooncake." + fixture.provider().name() + ".");
      assertThat(option.documentation()).isNotBlank();
    }
  }

  @Test
  void aRecordIsReadAsWrittenReplacedAndRemoved() {
    // Not an rpc_meta key: C++'s metadata servers refuse to replace those, and so may a store.
    String key = key("ram/127.0.0.1:15000");
    assertThat(store.get(key, LIMIT)).isEmpty();
    assertThat(store.remove(key, LIMIT)).isFalse();
    store.put(key, utf8("{\"a\":1}"), LIMIT);
    assertThat(store.get(key, LIMIT)).hasValue(utf8("{\"a\":1}"));
    store.put(key, utf8("{}"), LIMIT);
    assertThat(store.get(key, LIMIT)).hasValue(utf8("{}"));
    assertThat(store.remove(key, LIMIT)).isTrue();
    assertThat(store.get(key, LIMIT)).isEmpty();
    assertThat(store.remove(key, LIMIT)).isFalse();
  }

  @Test
  void keysAndValuesOfEveryKindSurvive() {
    List<String> names =
        List.of("plain", "with/slash", "host.name:12345", "a b", "100%", "[::1]:80", "ä?&=#+");
    byte[] everyByte = new byte[256];
    for (int i = 0; i < everyByte.length; i++) {
      everyByte[i] = (byte) i;
    }
    for (String name : names) {
      store.put(key(name), everyByte, LIMIT);
    }
    for (String name : names) {
      assertThat(store.get(key(name), LIMIT)).as("key %s", name).hasValue(everyByte);
      assertThat(store.remove(key(name), LIMIT)).as("key %s", name).isTrue();
    }
  }

  @Test
  void aMegabyteSurvives() {
    byte[] large = TestMemory.pattern(1, 0, 1 << 20);
    store.put(key("large"), large, LIMIT);
    assertThat(store.get(key("large"), LIMIT)).hasValue(large);
    assertThat(store.remove(key("large"), LIMIT)).isTrue();
  }

  @Test
  void theCallersArraysAreItsOwn() {
    byte[] value = utf8("before");
    store.put(key("array"), value, LIMIT);
    value[0] = 'X';
    byte[] read = store.get(key("array"), LIMIT).orElseThrow();
    assertThat(read).isEqualTo(utf8("before"));
    read[0] = 'Y';
    assertThat(store.get(key("array"), LIMIT)).hasValue(utf8("before"));
  }

  @Test
  void storesOfOneConnectionSeeTheSameRecords() {
    try (MetadataStore other = fixture.connect()) {
      store.put(key("shared"), utf8("1"), LIMIT);
      assertThat(other.get(key("shared"), LIMIT)).hasValue(utf8("1"));
      assertThat(other.remove(key("shared"), LIMIT)).isTrue();
      assertThat(store.get(key("shared"), LIMIT)).isEmpty();
    }
  }

  @Test
  void manyThreadsDoNotMixUpRecords() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String own = "thread-" + i;
        work.add(pool.submit(() -> writeAndReadBack(own)));
      }
      for (Future<?> future : work) {
        future.get(60, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
      assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void writeAndReadBack(String own) {
    for (int round = 0; round < 20; round++) {
      byte[] value = utf8(own + " " + round);
      store.put(key(own), value, LIMIT);
      assertThat(store.get(key(own), LIMIT)).hasValue(value);
    }
    assertThat(store.remove(key(own), LIMIT)).isTrue();
  }

  @Test
  void capabilitiesAreOfferedAsClaimed() {
    List<Class<? extends Capability>> all =
        List.of(
            MetadataStore.PrefixListing.class,
            MetadataStore.VersionedSwap.class,
            MetadataStore.Leases.class,
            MetadataStore.Watch.class);
    for (Class<? extends Capability> capability : all) {
      if (fixture.provider().describe().capabilities().contains(capability)) {
        assertThat(store.require(capability)).isInstanceOf(capability);
      } else {
        assertThatThrownBy(() -> store.require(capability))
            .isInstanceOfSatisfying(
                MooncakeException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(ErrorCode.NOT_IMPLEMENTED);
                  assertThat(e.getMessage())
                      .contains(fixture.provider().name())
                      .contains(capability.getSimpleName());
                });
      }
    }
  }

  @Test
  void connectionStringsThatAreNotValidAreRefused() {
    for (String connection : fixture.invalidConnections()) {
      assertThatThrownBy(
              () -> fixture.provider().create(connection, fixture.effectiveOptions()).close())
          .as("connection %s", connection)
          .isInstanceOfSatisfying(
              MooncakeException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
  }

  @Test
  void anOutageIsReportedInTimeAndRecoveredFrom() {
    store.put(key("outage"), utf8("1"), LIMIT);
    MetadataStoreFixture.Outage outage =
        fixture.takeDown().orElseGet(() -> Assumptions.abort("the server cannot be taken down"));
    try (outage) {
      assertFailsWithin(() -> store.get(key("outage"), Duration.ofSeconds(1)));
      assertFailsWithin(() -> store.put(key("outage"), utf8("2"), Duration.ofSeconds(1)));
      assertFailsWithin(() -> store.remove(key("outage"), Duration.ofSeconds(1)));
      assertThatCode(() -> fixture.connect().close())
          .as("a server that is down is reported by the first operation")
          .doesNotThrowAnyException();
    }
    Await.until(this::answers, fixture.recovery(), "the store works again after the outage");
  }

  private boolean answers() {
    try {
      store.put(key("recovered"), utf8("1"), Duration.ofSeconds(1));
      return store.remove(key("recovered"), Duration.ofSeconds(1));
    } catch (MooncakeException e) {
      return false;
    }
  }

  @Test
  void aSilentServerDelaysNobodyBeyondItsTimeout() {
    store.put(key("silent"), utf8("1"), LIMIT);
    MetadataStoreFixture.Outage silence =
        fixture.silence().orElseGet(() -> Assumptions.abort("the server cannot be silenced"));
    try (silence) {
      assertFailsWithin(() -> store.get(key("silent"), Duration.ofMillis(500)));
      assertFailsWithin(() -> store.put(key("silent"), utf8("2"), Duration.ofMillis(500)));
    }
    Await.until(this::answers, fixture.recovery(), "the store works again after the silence");
  }

  private static void assertFailsWithin(ThrowingCallable call) {
    long start = System.nanoTime();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> assertThat(e.code()).isIn(ErrorCode.TIMEOUT, ErrorCode.METADATA));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void closingLeavesNoThreadAndNoDescriptor() {
    connectUseClose();
    Leaks before = Leaks.snapshot().allowing(fixture::isThreadOfTheServer);
    for (int round = 0; round < 3; round++) {
      connectUseClose();
    }
    before.assertNoneSince(Await.LIMIT);
  }

  private void connectUseClose() {
    try (MetadataStore other = fixture.connect()) {
      other.put(key("leak"), utf8("1"), LIMIT);
      other.remove(key("leak"), LIMIT);
    }
  }
}
