package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.config.Option;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportProvider;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every transport promises, as tests: extend it, return a {@link TransportFixture}, done.
 *
 * <p>The tests check bytes, refusals, concurrency, endings (cancel, release, close, a peer that
 * dies), late bytes, completion exactly once, and the description against behaviour both ways: what
 * it claims works, what it does not claim is refused. A check that a transport cannot be put to is
 * skipped with the cause.
 */
public abstract class TransportContract
    implements TransportBytesContract,
        TransportRefusalContract,
        TransportEndingContract,
        TransportPeerContract {
  private TransportBench bench;

  /** For subclasses. */
  protected TransportContract() {}

  /**
   * Makes the fixture for one test.
   *
   * @return a new fixture, closed by the contract
   */
  protected abstract TransportFixture fixture();

  @Override
  public final TransportBench bench() {
    return bench;
  }

  @BeforeEach
  final void startBench() {
    bench = new TransportBench(fixture());
  }

  @AfterEach
  final void checkAndCloseBench() {
    if (bench == null) {
      return;
    }
    try {
      bench.assertClean();
    } finally {
      bench.close();
      bench.initiator().assertNoViolations();
    }
  }

  @Test
  void theDescriptionIsComplete() {
    TransportProvider provider = bench.fixture().provider();
    TransportDescription description = provider.describe();
    assertThat(provider.name()).matches("[a-z][a-z0-9-]*");
    assertThat(description).isEqualTo(provider.describe());
    assertThat(description.version()).isNotBlank();
    assertThat(description.summary()).isNotBlank();
    assertThat(description.memoryKinds()).isNotEmpty();
    assertThat(description.features())
        .as("a transport that neither reads nor writes is none")
        .containsAnyOf(TransportFeature.READ, TransportFeature.WRITE);
    for (Option<?> option : description.options()) {
      assertThat(option.key()).startsWith("mooncake." + provider.name() + ".");
      assertThat(option.documentation()).isNotBlank();
    }
  }

  @Test
  void availabilityIsQuickAndSaysWhyNot() {
    long start = System.nanoTime();
    Availability availability = bench.fixture().provider().availability();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(availability.available() || !availability.cause().isBlank()).isTrue();
  }

  @Test
  void theLongestSliceIsPositiveAndStable() {
    long longest = bench.initiator().transport().maxSliceBytes();
    assertThat(longest).isPositive();
    bench.assertServes(bench.startTarget());
    assertThat(bench.initiator().transport().maxSliceBytes()).isEqualTo(longest);
  }
}
