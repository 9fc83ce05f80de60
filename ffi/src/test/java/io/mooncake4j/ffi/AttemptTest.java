package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AttemptTest {
  @Test
  void aSuccessHasAValueAndNoCause() {
    Attempt<Integer> attempt = Attempt.success(7);
    assertThat(attempt.succeeded()).isTrue();
    assertThat(attempt.value()).isEqualTo(7);
    assertThat(attempt.cause()).isEmpty();
    assertThat(attempt.errno()).isEmpty();
    assertThat(attempt.then(value -> Attempt.success(value + 1)).value()).isEqualTo(8);
    assertThat(attempt).hasToString("success: 7");
  }

  @Test
  void aSuccessMayHaveNoValue() {
    assertThat(Attempt.done().succeeded()).isTrue();
    assertThat(Attempt.done().value()).isNull();
    assertThat(Attempt.done()).hasToString("done");
  }

  @Test
  void aRefusalKeepsItsCauseThroughLaterSteps() {
    Attempt<String> attempt = Attempt.refused("no such node", Errno.EINVAL);
    Attempt<Integer> later =
        attempt.then(
            value -> {
              throw new AssertionError("went on with " + value);
            });
    assertThat(later.succeeded()).isFalse();
    assertThat(later.errno()).contains(Errno.EINVAL);
    assertThat(later).hasToString("refused: no such node");
    assertThatThrownBy(later::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no such node");
  }
}
