package io.mooncake4j.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();
  private long now = -1_000_000_000_000L;

  private void publishAsSoonAsAllowed() {
    now += pace.askedAt(now);
    pace.made(now);
  }

  @Test
  void theFirstPublicationAndThoseAfterAQuietTimeDoNotWait() {
    assertThat(pace.askedAt(now)).isZero();
    for (int i = 0; i < 5; i++) {
      pace.made(now);
      assertThat(pace.askedAt(now)).isEqualTo(Pace.SHORTEST_NANOS);
      now += TimeUnit.SECONDS.toNanos(10);
      assertThat(pace.askedAt(now)).isZero();
    }
  }

  @Test
  void changesThatKeepComingWaitLongerAndLongerUpToALimit() {
    int publications = 0;
    long end = now + TimeUnit.SECONDS.toNanos(10);
    while (now < end) {
      publishAsSoonAsAllowed();
      publications++;
    }
    assertThat(publications).isBetween(10, 20);
    assertThat(pace.askedAt(now)).isEqualTo(Pace.LONGEST_NANOS);
  }

  @Test
  void publicationsThatTakeLongAreNoQuietTime() {
    int publications = 0;
    long end = now + TimeUnit.SECONDS.toNanos(10);
    while (now < end) {
      publishAsSoonAsAllowed();
      long asked = now + 1;
      now = asked + pace.askedAt(asked) + TimeUnit.MILLISECONDS.toNanos(300);
      pace.made(now);
      publications += 2;
    }
    assertThat(publications).isLessThanOrEqualTo(14);
  }

  @Test
  void aShortSilenceOfABusyMachineIsNoQuietTime() {
    publishAsSoonAsAllowed();
    now += Pace.SHORTEST_QUIET_NANOS;
    publishAsSoonAsAllowed();
    assertThat(pace.askedAt(now)).isEqualTo(2 * Pace.SHORTEST_NANOS);
  }
}
