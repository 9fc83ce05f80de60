package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStore.Capability;
import io.mooncake4j.spi.MetadataStore.Lease;
import io.mooncake4j.spi.MetadataStore.Leases;
import io.mooncake4j.spi.MetadataStore.PrefixListing;
import io.mooncake4j.spi.MetadataStore.VersionedSwap;
import io.mooncake4j.spi.MetadataStore.VersionedSwap.Versioned;
import io.mooncake4j.spi.MetadataStore.Watch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The part of {@link MetadataStoreContract} about what a store offers beyond get, put, remove. */
public interface MetadataCapabilityContract {
  /**
   * Returns the store under test.
   *
   * @return connected
   */
  MetadataStore store();

  /**
   * Returns the running test's fixture.
   *
   * @return the fixture
   */
  MetadataStoreFixture usedFixture();

  /**
   * Makes a key that no other test uses.
   *
   * @param name its last part
   * @return the key
   */
  String key(String name);

  private <C extends Capability> C assumeOffered(Class<C> capability) {
    Assumptions.assumeTrue(
        usedFixture().provider().describe().capabilities().contains(capability),
        () -> "the store does not claim " + capability.getSimpleName());
    return store().require(capability);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  default void listsRecordsByPrefixSorted() {
    PrefixListing listing = assumeOffered(PrefixListing.class);
    assertThat(listing.list(key(""), MetadataStoreContract.LIMIT)).isEmpty();
    for (String name : List.of("b", "a/2", "a/1", "ab")) {
      store().put(key(name), utf8(name), MetadataStoreContract.LIMIT);
    }
    assertThat(listing.list(key("a"), MetadataStoreContract.LIMIT).keySet())
        .containsExactly(key("a/1"), key("a/2"), key("ab"));
    assertThat(listing.list(key("a/"), MetadataStoreContract.LIMIT).get(key("a/2")))
        .isEqualTo(utf8("a/2"));
    assertThat(listing.list(key("c"), MetadataStoreContract.LIMIT)).isEmpty();
  }

  @Test
  default void swapsOnlyWhatHasNotChanged() {
    VersionedSwap swap = assumeOffered(VersionedSwap.class);
    Duration limit = MetadataStoreContract.LIMIT;
    Versioned absent = swap.getVersioned(key("swap"), limit);
    assertThat(absent.value()).isEmpty();
    assertThat(absent.version()).isEqualTo(VersionedSwap.ABSENT);
    assertThat(swap.swap(key("swap"), VersionedSwap.ABSENT, utf8("1"), limit)).isTrue();
    assertThat(swap.swap(key("swap"), VersionedSwap.ABSENT, utf8("2"), limit)).isFalse();
    Versioned first = swap.getVersioned(key("swap"), limit);
    assertThat(first.value()).hasValue(utf8("1"));
    store().put(key("swap"), utf8("3"), limit);
    assertThat(swap.swap(key("swap"), first.version(), utf8("4"), limit)).isFalse();
    Versioned third = swap.getVersioned(key("swap"), limit);
    assertThat(third.value()).hasValue(utf8("3"));
    assertThat(third.version()).isGreaterThan(first.version());
    assertThat(swap.swap(key("swap"), third.version(), utf8("5"), limit)).isTrue();
    assertThat(store().get(key("swap"), limit)).hasValue(utf8("5"));
  }

  @Test
  default void concurrentSwapsLoseNoIncrement() throws Exception {
    VersionedSwap swap = assumeOffered(VersionedSwap.class);
    int threads = 4;
    int rounds = 10;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        work.add(pool.submit(() -> increment(swap, rounds)));
      }
      for (Future<?> future : work) {
        future.get(60, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
      assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(store().get(key("count"), MetadataStoreContract.LIMIT))
        .hasValue(utf8(Integer.toString(threads * rounds)));
  }

  private void increment(VersionedSwap swap, int rounds) {
    Duration limit = MetadataStoreContract.LIMIT;
    for (int done = 0; done < rounds; ) {
      Versioned now = swap.getVersioned(key("count"), limit);
      int count =
          now.value().map(v -> Integer.parseInt(new String(v, StandardCharsets.UTF_8))).orElse(0);
      if (swap.swap(key("count"), now.version(), utf8(Integer.toString(count + 1)), limit)) {
        done++;
      }
    }
  }

  @Test
  default void recordsOfALeaseVanishWhenItIsClosed() {
    Leases leases = assumeOffered(Leases.class);
    Lease lease = leases.grant(Duration.ofSeconds(5), MetadataStoreContract.LIMIT);
    try (lease) {
      lease.put(key("leased"), utf8("1"), MetadataStoreContract.LIMIT);
      store().put(key("lasting"), utf8("1"), MetadataStoreContract.LIMIT);
      assertThat(lease.isAlive()).isTrue();
      assertThat(store().get(key("leased"), MetadataStoreContract.LIMIT)).hasValue(utf8("1"));
    }
    assertThat(lease.isAlive()).isFalse();
    Await.until(
        () -> store().get(key("leased"), MetadataStoreContract.LIMIT).isEmpty(),
        "the record of a closed lease vanishes");
    assertThat(store().get(key("lasting"), MetadataStoreContract.LIMIT)).isPresent();
  }

  @Test
  default void aLeaseIsKeptAliveBeyondItsTimeToLive() {
    Leases leases = assumeOffered(Leases.class);
    Duration timeToLive = Duration.ofSeconds(2);
    try (Lease lease = leases.grant(timeToLive, MetadataStoreContract.LIMIT)) {
      lease.put(key("kept"), utf8("1"), MetadataStoreContract.LIMIT);
      Await.holdsFor(
          () ->
              lease.isAlive() && store().get(key("kept"), MetadataStoreContract.LIMIT).isPresent(),
          timeToLive.plusSeconds(1),
          "a lease that is kept alive outlives its time to live");
    }
  }

  @Test
  default void aWatchHearsOfChangesUntilItIsClosed() throws Exception {
    Watch watch = assumeOffered(Watch.class);
    Duration limit = MetadataStoreContract.LIMIT;
    Set<String> heard = ConcurrentHashMap.newKeySet();
    AutoCloseable watching = watch.watch(key("watched/"), heard::add);
    store().put(key("watched/1"), utf8("1"), limit);
    store().put(key("elsewhere"), utf8("1"), limit);
    Await.until(() -> heard.contains(key("watched/1")), "the watch hears of a put");
    heard.clear();
    store().remove(key("watched/1"), limit);
    Await.until(() -> heard.contains(key("watched/1")), "the watch hears of a removal");
    watching.close();
    heard.clear();
    store().put(key("watched/2"), utf8("1"), limit);
    Await.holdsFor(heard::isEmpty, Duration.ofMillis(300), "a closed watch hears nothing");
  }
}
