package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thread at a time receives, and the owner does as soon as no guest comes. */
@Timeout(60)
class ReceiveTurnTest {
  private static final int GUESTS = 3;
  private static final int TURNS = 20_000;
  private static final long GUEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Not volatile: the turn has to make them visible. */
  private long begun;

  private long ended;

  @AfterEach
  void endThreads() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
  }

  private void use() {
    if (begun != ended) {
      throw new AssertionError("somebody else has the turn, too");
    }
    begun++;
    ended++;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1000, 100_000})
  void onlyOneHasTheTurn(long guestNanos) throws Exception {
    ReceiveTurn turn = new ReceiveTurn(guestNanos);
    AtomicBoolean over = new AtomicBoolean();
    Future<Long> owner =
        threads.submit(
            () -> {
              long turns = 0;
              while (!over.get() && turn.take(over::get)) {
                use();
                turn.give();
                turns++;
              }
              return turns;
            });
    List<Future<?>> guests = new ArrayList<>();
    for (int i = 0; i < GUESTS; i++) {
      guests.add(threads.submit(() -> visit(turn)));
    }
    for (Future<?> guest : guests) {
      guest.get(40, TimeUnit.SECONDS);
    }
    over.set(true);
    long turns = owner.get(20, TimeUnit.SECONDS);
    assertThat(turn.take(() -> false)).isTrue();
    assertThat(begun).isEqualTo(turns + (long) GUESTS * TURNS).isEqualTo(ended);
  }

  private void visit(ReceiveTurn turn) {
    for (int i = 0; i < TURNS; i++) {
      while (!turn.tryTakeAsGuest()) {
        Thread.onSpinWait();
      }
      use();
      turn.give();
    }
  }

  @Test
  void theOwnerStandsBackForGuestsAndComesWhenTheyStayAway() throws Exception {
    ReceiveTurn turn = new ReceiveTurn(TimeUnit.SECONDS.toNanos(2));
    assertThat(turn.isWantedByGuests()).isFalse();
    assertThat(turn.tryTakeAsGuest()).isTrue();
    assertThat(turn.isMine()).isTrue();
    assertThat(turn.isWantedByGuests()).as("nothing has moved yet").isFalse();
    turn.moved();
    assertThat(turn.isWantedByGuests()).isTrue();
    assertThat(turn.tryTakeAsGuest()).isFalse();
    turn.give();
    assertThat(turn.isMine()).isFalse();
    long begin = System.nanoTime();
    Future<Boolean> owner = threads.submit(() -> turn.take(() -> false));
    assertThat(owner.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.SECONDS.toNanos(1));
    assertThat(turn.isWantedByGuests()).isFalse();
    assertThat(turn.tryTakeAsGuest()).isFalse();
  }

  private static void keepComing(ReceiveTurn turn, AtomicBoolean left) {
    while (!left.get()) {
      if (turn.tryTakeAsGuest()) {
        turn.give();
      }
      Thread.onSpinWait();
    }
  }

  /** Guests do not see the end of a connection, so they must not keep its owner away from it. */
  @Test
  void theOwnerComesWhenNothingMovesThoughGuestsKeepComing() throws Exception {
    ReceiveTurn turn = new ReceiveTurn(TimeUnit.MILLISECONDS.toNanos(20));
    turn.moved();
    AtomicBoolean left = new AtomicBoolean();
    Future<?> guest = threads.submit(() -> keepComing(turn, left));
    Future<Boolean> owner = threads.submit(() -> turn.take(() -> false));
    assertThat(owner.get(20, TimeUnit.SECONDS)).isTrue();
    left.set(true);
    guest.get(20, TimeUnit.SECONDS);
  }

  @Test
  void withoutGuestNanosNobodyHoldsTheOwnerBack() {
    ReceiveTurn turn = new ReceiveTurn(0);
    assertThat(turn.tryTakeAsGuest()).isTrue();
    turn.give();
    assertThat(turn.isWantedByGuests()).isFalse();
    assertThat(turn.take(() -> false)).isTrue();
  }

  @Test
  void waitingEndsWhenItIsOverThoughAGuestHasTheTurn() throws Exception {
    ReceiveTurn turn = new ReceiveTurn(GUEST_NANOS);
    assertThat(turn.tryTakeAsGuest()).isTrue();
    AtomicBoolean over = new AtomicBoolean();
    Future<Boolean> owner = threads.submit(() -> turn.take(over::get));
    Await.holdsFor(() -> !owner.isDone(), Duration.ofMillis(50), "the owner waits");
    over.set(true);
    assertThat(owner.get(20, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void waitingEndsWhenItIsOverThoughGuestsKeepComing() throws Exception {
    ReceiveTurn turn = new ReceiveTurn(GUEST_NANOS);
    AtomicBoolean over = new AtomicBoolean();
    AtomicBoolean left = new AtomicBoolean();
    Future<?> guest = threads.submit(() -> keepComing(turn, left));
    over.set(true);
    // It may be told that it has the turn, or that it is over.
    assertThat(threads.submit(() -> turn.take(over::get)).get(20, TimeUnit.SECONDS)).isNotNull();
    left.set(true);
    guest.get(20, TimeUnit.SECONDS);
  }
}
