package io.mooncake4j.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.testkit.MetadataStoreContract;
import io.mooncake4j.testkit.MetadataStoreFixture;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimMetadataContractTest extends MetadataStoreContract {
  private static final String NAME = "contract";

  @Override
  protected MetadataStoreFixture fixture() {
    return new MetadataStoreFixture() {
      @Override
      public MetadataStoreProvider provider() {
        return new SimMetadataProvider();
      }

      @Override
      public String connection() {
        return "sim://" + NAME;
      }

      @Override
      public Optional<Outage> takeDown() {
        records().down(true);
        return Optional.of(() -> records().down(false));
      }

      @Override
      public Optional<Outage> silence() {
        records().silent(true);
        return Optional.of(() -> records().silent(false));
      }

      @Override
      public void close() {
        SimulatedMetadata.forget(NAME);
      }
    };
  }

  private static SimulatedMetadata records() {
    return SimulatedMetadata.named(NAME);
  }

  @Test
  void scriptedGarbageAndLossAreVisible() {
    store().put(key("a"), new byte[] {1}, LIMIT);
    records().garbage(new byte[] {9, 9});
    assertThat(store().get(key("a"), LIMIT)).hasValue(new byte[] {9, 9});
    assertThat(store().get(key("b"), LIMIT)).isEmpty();
    records().garbage(null);
    assertThat(store().get(key("a"), LIMIT)).hasValue(new byte[] {1});
    records().lose();
    assertThat(store().get(key("a"), LIMIT)).isEmpty();
    assertThat(records().keys()).isEmpty();
    assertThat(records().calls()).isPositive();
  }

  @Test
  void aSlowCallDelaysNoOtherAndEndsWithinItsTimeout() {
    records().slow(Duration.ofMillis(200));
    long start = System.nanoTime();
    store().put(key("slow"), new byte[] {1}, LIMIT);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000L);
    records().slow(Duration.ZERO);
    assertThat(store().get(key("slow"), LIMIT)).isPresent();
  }

  @Test
  void aServerThatLetsLeasesGoTakesTheirRecords() {
    MetadataStore.Lease lease =
        store().require(MetadataStore.Leases.class).grant(Duration.ofSeconds(5), LIMIT);
    lease.put(key("leased"), new byte[] {1}, LIMIT);
    records().expireLeases();
    assertThat(lease.isAlive()).isFalse();
    assertThat(store().get(key("leased"), LIMIT)).isEmpty();
    lease.close();
  }
}
