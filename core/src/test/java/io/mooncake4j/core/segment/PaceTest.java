package io.mooncake4j.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();
  private long now = -1_000_000_000_000L;

  private void publishAsSoonAsAllowed() {
    now += pace.delayNanos(now);
    pace.made(now);
  }

  @Test
  void theFirstPublicationAndThoseAfterAQuietTimeDoNotWait() {
    assertThat(pace.delayNanos(now)).isZero();
    for (int i = 0; i < 5; i++) {
      pace.made(now);
      assertThat(pace.delayNanos(now)).isEqualTo(Pace.SHORTEST_NANOS);
      now += TimeUnit.SECONDS.toNanos(10);
      assertThat(pace.delayNanos(now)).isZero();
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
    assertThat(pace.delayNanos(now)).isEqualTo(Pace.LONGEST_NANOS);
  }
}
