package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SendTurnTest {
  private final SendTurn turn = new SendTurn(Thread.currentThread(), 0);

  /** The owner has looked, found slices that wait, and no room for them. */
  @BeforeEach
  void parkStarving() {
    turn.starve();
    turn.park(false, false);
  }

  @Test
  void anOwnerThatWaitsForRoomIsNotIdle() {
    assertThat(turn.isParked()).isTrue();
    assertThat(turn.isStarving()).isTrue();
    assertThat(turn.isIdle()).isFalse();
    assertThat(turn.isComing()).isFalse();
  }

  /** Else nobody would wake it when there is something again. */
  @Test
  void withNothingLeftItIsIdle() {
    turn.rest();
    assertThat(turn.isIdle()).isTrue();
    assertThat(turn.isStarving()).isFalse();
    assertThat(turn.isParked()).isTrue();
  }

  @Test
  void anOwnerThatIsAwakeDoesNotRest() {
    turn.wake();
    turn.rest();
    assertThat(turn.isIdle()).isFalse();
    assertThat(turn.isComing()).isTrue();
  }

  @Test
  void aLoanThatLeavesNoRoomLeavesAnOwnerThatWaitsForIt() {
    turn.lend();
    assertThat(turn.isLent()).isTrue();
    turn.starve();
    turn.giveBack(false, false);
    assertThat(turn.isParked()).isTrue();
    assertThat(turn.isStarving()).isTrue();
    assertThat(turn.isIdle()).isFalse();
  }

  @Test
  void aLoanThatLeavesRoomWakesTheOwner() {
    turn.lend();
    turn.giveBack(false, true);
    assertThat(turn.isComing()).isTrue();
    assertThat(turn.isParked()).isFalse();
  }

  @Test
  void aLoanThatLeavesNothingLeavesItIdle() {
    turn.lend();
    turn.giveBack(true, false);
    assertThat(turn.isIdle()).isTrue();
    assertThat(turn.isStarving()).isFalse();
  }
}
