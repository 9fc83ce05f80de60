package io.mooncake4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CrowdingTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Close to where the clock overflows. */
  private static final long START = Long.MAX_VALUE - 3 * MS;

  private final Crowding crowding = new Crowding(MS, START);

  /** Finds it crowded at a time; returns for how long nobody looks from then on. */
  private long restAfterLongYield(long now) {
    crowding.yielded(now, now + MS);
    long rest = 0;
    while (crowding.isRestingAt(now + MS + rest)) {
      rest += MS;
    }
    return rest;
  }

  @Test
  void atFirstAndAfterShortYieldsEverybodyMayLook() {
    assertThat(crowding.isRestingAt(START)).isFalse();
    crowding.yielded(START, START + MS / 10);
    assertThat(crowding.isRestingAt(START + MS / 10)).isFalse();
  }

  @Test
  void afterALongYieldNobodyLooksForAWhile() {
    assertThat(restAfterLongYield(START)).isEqualTo(MS);
  }

  @Test
  void restsGetLongerUpToASecondWhileItStaysCrowded() {
    long now = START;
    long last = 0;
    for (long expected = 1; expected <= 4096; expected *= 2) {
      last = restAfterLongYield(now);
      assertThat(last).isEqualTo(Math.min(expected, 1000) * MS);
      now += MS + last;
    }
    assertThat(last).isEqualTo(1000 * MS);
  }

  @Test
  void whoHasYieldedBeforeTheRestDoesNotProlongIt() {
    crowding.yielded(START, START + MS);
    crowding.yielded(START + MS, START + 2 * MS - 1);
    crowding.yielded(START + MS, START + 100 * MS);
    assertThat(crowding.isRestingAt(START + 2 * MS - 1)).isTrue();
    assertThat(crowding.isRestingAt(START + 2 * MS)).isFalse();
  }

  @Test
  void afterQuietTimesItBeginsAnew() {
    long first = START + MS + restAfterLongYield(START);
    long second = first + MS + restAfterLongYield(first);
    assertThat(second - first).isEqualTo(3 * MS);
    assertThat(restAfterLongYield(second + 8 * MS)).isEqualTo(MS);
  }
}
