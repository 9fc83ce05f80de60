package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.sim.SimHandleProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A target in a second process does all that one in this process does. */
class ChildTargetTest {
  private static final class Fixture extends TransportFixture {
    @Override
    public TransportProvider provider() {
      return new SimHandleProvider();
    }

    @Override
    public boolean secondProcess() {
      return true;
    }
  }

  @Test
  void servesItsParentUntilItDies() {
    Leaks before = Leaks.snapshot();
    try (Fixture fixture = new Fixture();
        ChildTarget target = (ChildTarget) fixture.startTarget("child")) {
      Target.Region region = target.register(3_000_000, true);
      assertThat(region.entries()).hasSize(3);
      region.fill(5);
      region.write(10, new byte[] {1, 2, 3});
      byte[] expected = TestMemory.pattern(5, 0, 3_000_000);
      System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 10, 3);
      TestMemory.assertEqual(region.bytes(0, 3_000_000), expected, "the child's memory");
      assertThat(target.register(100, false).entries()).isEmpty();

      SegmentDocument document = target.document();
      assertThat(document.segmentName()).isEqualTo("child");
      assertThat(document.entries()).isEqualTo(region.entries());
      Attributes request = Attributes.map().put("payload", "sim-handle:x:1").build();
      assertThat(target.handshake(request).text("payload")).startsWith("sim-handle:");
      Attributes stale = Attributes.map().put("payload", "sim-handle:x:2").build();
      assertThatThrownBy(() -> target.handshake(stale))
          .isInstanceOfSatisfying(
              MooncakeException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.REJECTED_HANDSHAKE));

      target.withdraw(region);
      assertThat(target.quiesce(region, Duration.ofSeconds(1))).isEqualTo(Quiescence.UNKNOWABLE);
      assertThat(target.document().entries()).isEmpty();
      target.assertNoViolations();

      try (TransportFixture.Stall stall = fixture.stall(target).orElseThrow()) {
        assertThatThrownBy(() -> target.process().call("document", Duration.ofMillis(200)))
            .isInstanceOf(AssertionError.class)
            .hasMessageContaining("did not answer");
        assertThat(stall).isNotNull();
      }
      // The late answer to the question above is not taken for the answer to this one.
      assertThat(target.process().call("violations", Await.LIMIT)).isEqualTo("none");
      target.die();
      assertThat(target.process().isAlive()).isFalse();
      assertThatThrownBy(target::document).isInstanceOf(MooncakeException.class);
    }
    before.assertNoneSince(Await.LIMIT);
  }

  /** A main class that ends before it serves. */
  static final class Broken {
    public static void main(String[] arguments) {
      System.err.println("broken on purpose: " + arguments[0]);
    }
  }

  @Test
  void aChildThatEndsShowsWhatItPrinted() {
    try (ChildJvm child = ChildJvm.start(Broken.class, "why")) {
      assertThatThrownBy(() -> child.awaitReady(Duration.ofSeconds(60)))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("ended instead of answering")
          .hasMessageContaining("broken on purpose: why");
    }
  }
}
