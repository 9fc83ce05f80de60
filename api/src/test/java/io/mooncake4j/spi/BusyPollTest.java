package io.mooncake4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BusyPollTest {
  private static final long LIMIT = Duration.ofMillis(20).toNanos();

  /** A loaded machine must not end a test's look. */
  private final Crowding nobodyElse = new Crowding(Long.MAX_VALUE, System.nanoTime());

  private final AtomicInteger looks = new AtomicInteger();

  private boolean never() {
    looks.incrementAndGet();
    return false;
  }

  /** Waits, as one does that is woken at once. */
  private static void learnThatWaitsAreShort(BusyPoll poll) {
    // A test's thread may be held up for longer than the limit: what counts is the last wait.
    long begin;
    do {
      begin = poll.look(() -> false);
      poll.waited(begin);
    } while (System.nanoTime() - begin >= LIMIT);
  }

  @Test
  void theFirstWaitSleepsAtOnce() {
    new BusyPoll(LIMIT, nobodyElse).look(this::never);
    assertThat(looks).hasValue(1);
  }

  @Test
  void whatIsThereIsNotWaitedFor() {
    BusyPoll poll = new BusyPoll(LIMIT, nobodyElse);
    assertThat(poll.look(() -> looks.incrementAndGet() > 0)).isZero();
    poll.waited(0);
    assertThat(looks).hasValue(1);
  }

  @Test
  void afterAShortWaitItLooksUntilTheLimit() {
    BusyPoll poll = new BusyPoll(LIMIT, nobodyElse);
    learnThatWaitsAreShort(poll);
    long before = System.nanoTime();
    long begin = poll.look(this::never);
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(LIMIT);
    assertThat(begin).isNotZero();
    assertThat(looks).hasValueGreaterThan(1);
  }

  @Test
  void whatComesMeanwhileEndsTheLook() {
    BusyPoll poll = new BusyPoll(TimeUnit.DAYS.toNanos(1), nobodyElse);
    poll.waited(poll.look(() -> false));
    assertThat(poll.look(() -> looks.incrementAndGet() == 1_000)).isZero();
    assertThat(looks).hasValue(1_000);
  }

  @Test
  void afterALongWaitItSleepsAtOnceAgain() {
    BusyPoll poll = new BusyPoll(LIMIT, nobodyElse);
    learnThatWaitsAreShort(poll);
    long begin = poll.look(() -> false);
    while (System.nanoTime() - begin < LIMIT) {
      LockSupport.parkNanos(LIMIT);
    }
    poll.waited(begin);
    poll.look(this::never);
    assertThat(looks).hasValue(1);
  }

  @Test
  void whatIsKnownToComeSoonIsLookedForWhateverWasLearned() {
    BusyPoll poll = new BusyPoll(TimeUnit.DAYS.toNanos(1), nobodyElse);
    assertThat(poll.isHopeful()).isFalse();
    assertThat(poll.look(() -> looks.incrementAndGet() == 1_000, true)).isZero();
    assertThat(looks).hasValue(1_000);
  }

  @Test
  void itIsHopefulAfterAShortWait() {
    BusyPoll poll = new BusyPoll(LIMIT, nobodyElse);
    learnThatWaitsAreShort(poll);
    assertThat(poll.isHopeful()).isTrue();
  }

  @Test
  void zeroNeverLooks() {
    BusyPoll poll = new BusyPoll(0, nobodyElse);
    for (int i = 0; i < 3; i++) {
      poll.waited(poll.look(this::never));
    }
    assertThat(looks).hasValue(0);
  }

  @Test
  void aYieldThatTakesLongEndsTheLook() {
    BusyPoll poll = new BusyPoll(TimeUnit.DAYS.toNanos(1), new Crowding(0, System.nanoTime()));
    assertThat(poll.look(this::never, true)).isNotZero();
    assertThat(looks).hasValue(2);
  }

  @Test
  void aYieldThatTakesLongIsToldEvenIfWhatIsWaitedForIsThereThen() {
    BusyPoll poll = new BusyPoll(TimeUnit.DAYS.toNanos(1), new Crowding(0, System.nanoTime()));
    assertThat(poll.isCrowded()).isFalse();
    assertThat(poll.look(() -> looks.incrementAndGet() == 2, true)).isZero();
    assertThat(poll.isCrowded()).isTrue();
  }

  @Test
  void whatTheLookItselfTakesIsNoYield() {
    Crowding crowding = new Crowding(TimeUnit.SECONDS.toNanos(5), System.nanoTime());
    BusyPoll poll = new BusyPoll(LIMIT, crowding);
    long tooLong = TimeUnit.MILLISECONDS.toNanos(5_100);
    long begin = System.nanoTime();
    poll.look(
        () -> {
          while (System.nanoTime() - begin < tooLong) {
            LockSupport.parkNanos(tooLong);
          }
          return false;
        },
        true);
    assertThat(poll.isCrowded()).isFalse();
  }

  @Test
  void whileOthersWantTheProcessorsItSleepsAtOnce() {
    Crowding crowding = new Crowding(0, System.nanoTime());
    long later = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
    crowding.yielded(later, later);
    BusyPoll poll = new BusyPoll(LIMIT, crowding);
    assertThat(poll.look(this::never, true)).isNotZero();
    assertThat(looks).hasValue(1);
  }
}
