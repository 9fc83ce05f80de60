package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.OpCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchPlanTest {
  private final BenchPlan plan = new BenchPlan(OpCode.READ, 4096, 8, 3, Duration.ofSeconds(1));

  @Test
  void placesBlocksAsTheBenchmarkOfCppMooncakeDoes() {
    assertThat(plan.offset(0, 0)).isZero();
    assertThat(plan.offset(0, 2)).isEqualTo(2 * 4096);
    assertThat(plan.offset(1, 0)).isEqualTo(3 * 4096);
    assertThat(plan.offset(7, 2)).isEqualTo(23 * 4096);
  }

  @Test
  void threadsShareNoBlockAndStayInReach() {
    Set<Long> offsets = new HashSet<>();
    for (int thread = 0; thread < 3; thread++) {
      for (int request = 0; request < 8; request++) {
        long offset = plan.offset(request, thread);
        assertThat(offsets.add(offset)).isTrue();
        assertThat(offset + 4096).isLessThanOrEqualTo(plan.reach());
      }
    }
  }

  @Test
  void refusesReachBeyond63Bits() {
    assertThatThrownBy(() -> new BenchPlan(OpCode.READ, 1L << 50, 1 << 12, 4, Duration.ZERO))
        .isInstanceOf(ArithmeticException.class);
  }
}
