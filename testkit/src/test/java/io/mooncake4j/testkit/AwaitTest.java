package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  @Test
  void endsAsSoonAsTheConditionHolds() {
    AtomicInteger asked = new AtomicInteger();
    Await.until(() -> asked.incrementAndGet() == 3, "the third time");
    assertThat(asked).hasValue(3);
  }

  @Test
  void failsAtTheLimitInWords() {
    AtomicInteger asked = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Await.until(
                    () -> asked.incrementAndGet() < 0,
                    Duration.ofMillis(20),
                    () -> "asked " + (asked.get() > 1) + " times"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("waited 20 ms in vain: asked true times");
  }

  @Test
  void failsAtOnceWhenTheConditionThrows() {
    assertThatThrownBy(
            () ->
                Await.until(
                    () -> {
                      throw new java.io.IOException("gone");
                    },
                    "nothing"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("gone");
  }

  @Test
  void watchesThatSomethingHolds() {
    AtomicInteger asked = new AtomicInteger();
    Await.holdsFor(() -> asked.incrementAndGet() > 0, Duration.ofMillis(200), "more than none");
    assertThat(asked.get()).isGreaterThan(1);
    assertThatThrownBy(() -> Await.holdsFor(() -> false, Duration.ofMillis(10), "no"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("no longer so: no");
  }
}
