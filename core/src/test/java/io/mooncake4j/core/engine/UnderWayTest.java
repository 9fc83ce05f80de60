package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.spi.BusyPoll;
import io.mooncake4j.spi.Transport.Progress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class UnderWayTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(60);

  private final UnderWay underWay = new UnderWay(new BusyPoll(0), () -> Progress.NOT_SOON);

  private boolean demand() {
    synchronized (underWay) {
      return underWay.demand();
    }
  }

  private boolean end() {
    synchronized (underWay) {
      return underWay.end();
    }
  }

  @Test
  void severalAreTakenOutAtOnceWhetherOrNotSomebodyIsToBeTold() {
    underWay.add(6);
    underWay.removeInner(0);
    underWay.removeInner(3);
    assertThat(demand()).isTrue();
    underWay.removeInner(2);
    assertThat(underWay.removeInner()).isFalse();
    assertThat(end()).isTrue();
    assertThat(underWay.isNothing()).isTrue();
  }

  @Test
  void countsToNothing() {
    assertThat(underWay.isNothing()).isTrue();
    assertThat(underWay.add(2)).isTrue();
    assertThat(underWay.add(1)).isFalse();
    assertThat(underWay.pin()).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(underWay.removeInner()).isTrue();
    }
    assertThat(underWay.removeInner()).isFalse();
    assertThat(underWay.isNothing()).isFalse();
    assertThat(underWay.removeLast()).isTrue();
    assertThat(underWay.isNothing()).isTrue();
    assertThat(underWay.pin()).isFalse();
  }

  @Test
  void theLastOneIsNotRemovedSilentlyWhenTheEndIsToBeTold() {
    underWay.add(1);
    assertThat(demand()).isTrue();
    assertThat(underWay.isDemanded()).isTrue();
    assertThat(underWay.removeInner()).isFalse();
    assertThat(underWay.removeLast()).isFalse();
    assertThat(end()).isTrue();
    assertThat(underWay.isNothing()).isTrue();
    assertThat(underWay.isDemanded()).isFalse();
  }

  @Test
  void anEndIsRefusedWhileMoreIsUnderWay() {
    underWay.add(1);
    demand();
    underWay.add(1);
    assertThat(end()).isFalse();
    assertThat(underWay.removeInner()).isTrue();
    assertThat(end()).isTrue();
  }

  @Test
  void nothingIsNotDemanded() {
    assertThat(demand()).isFalse();
    assertThat(underWay.isNothing()).isTrue();
  }

  @Test
  void aTimeoutOfZeroOnlyLooks() throws InterruptedException {
    assertThat(underWay.await(0)).isTrue();
    underWay.add(1);
    assertThat(underWay.await(0)).isFalse();
    assertThat(underWay.isDemanded()).isFalse();
    assertThat(underWay.await(1_000)).isFalse();
    assertThat(end()).isTrue();
  }

  @Test
  void whoWaitsGetsOnByItself() throws InterruptedException {
    AtomicInteger steps = new AtomicInteger();
    AtomicReference<UnderWay> it = new AtomicReference<>();
    UnderWay helped =
        new UnderWay(
            new BusyPoll(LONG),
            () -> {
              if (steps.incrementAndGet() == 1_000) {
                assertThat(it.get().removeLast()).isTrue();
              }
              return Progress.MOVED;
            });
    it.set(helped);
    helped.add(1);
    assertThat(helped.await(LONG)).isTrue();
    assertThat(steps).hasValue(1_000);
    assertThat(helped.isDemanded()).as("nobody had to be woken").isFalse();
  }

  /** A transport that always gets on a little must not keep a thread beyond its time. */
  @Test
  void helpingEndsInTime() throws InterruptedException {
    AtomicInteger steps = new AtomicInteger();
    UnderWay endless =
        new UnderWay(
            new BusyPoll(10_000),
            () -> {
              steps.incrementAndGet();
              return Progress.MOVED;
            });
    endless.add(1);
    assertThat(endless.await(TimeUnit.MILLISECONDS.toNanos(30))).isFalse();
    assertThat(steps).hasPositiveValue();
  }

  @Test
  void helpingEndsWithAnInterrupt() {
    UnderWay endless = new UnderWay(new BusyPoll(10_000), () -> Progress.MOVED);
    endless.add(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> endless.await(LONG)).isInstanceOf(InterruptedException.class);
    assertThat(endless.isNothing()).isFalse();
  }

  @Test
  void whoCannotHelpSleeps() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    UnderWay alone =
        new UnderWay(
            new BusyPoll(0),
            () -> {
              steps.incrementAndGet();
              return Progress.NOT_SOON;
            });
    alone.add(1);
    assertThat(alone.await(TimeUnit.MILLISECONDS.toNanos(20))).isFalse();
    assertThat(steps).hasValueLessThan(10);
  }

  /** However an end and a wait meet, the wait is over and each end has happened once. */
  @ParameterizedTest
  @ValueSource(longs = {0, 50_000})
  void noEndIsMissed(long pollNanos) throws Exception {
    UnderWay met = new UnderWay(new BusyPoll(pollNanos), () -> Progress.NOT_SOON);
    AtomicInteger ends = new AtomicInteger();
    int rounds = 20_000;
    ExecutorService others = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < rounds; round++) {
        met.add(3);
        CountDownLatch started = new CountDownLatch(2);
        Runnable finish =
            () -> {
              started.countDown();
              take(met, ends);
            };
        Future<?> first = others.submit(finish);
        Future<?> second = others.submit(finish);
        if (round % 3 == 0) {
          started.await();
        }
        take(met, ends);
        assertThat(met.await(LONG)).isTrue();
        assertThat(met.isNothing()).isTrue();
        first.get(60, TimeUnit.SECONDS);
        second.get(60, TimeUnit.SECONDS);
      }
    } finally {
      others.shutdownNow();
    }
    assertThat(ends).hasValue(rounds);
  }

  /** Takes one out as a batch does. */
  private static void take(UnderWay from, AtomicInteger ends) {
    while (!from.removeInner()) {
      boolean ended;
      if (from.isDemanded()) {
        synchronized (from) {
          ended = from.end();
        }
      } else {
        ended = from.removeLast();
      }
      if (ended) {
        ends.incrementAndGet();
        return;
      }
    }
  }
}
