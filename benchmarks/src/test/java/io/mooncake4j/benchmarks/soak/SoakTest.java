package io.mooncake4j.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run of {@code script/soak}; the seed that it prints repeats it. */
class SoakTest {
  @Test
  @Tag("slow")
  @Timeout(300)
  void nothingIsLostAndNothingLeaks() {
    assertThat(Soak.run("--seconds", "20", "--largest", "16777216")).isEmpty();
  }

  @Test
  void aByteThatChangesByItselfIsNoticed() {
    Lane lane = new Lane("somewhere", 0, 1000);
    lane.up();
    ByteBuffer read = ByteBuffer.allocateDirect(1000);
    assertThat(lane.compare(0, read)).isNull();
    read.put(17, (byte) 1);
    assertThat(lane.compare(0, read)).contains("byte 17 ").contains("is 1, not 0");
  }

  @Test
  void aFailedWriteLeavesOldBytesOrNewOnes() {
    Lane lane = new Lane("somewhere", 0, 1000);
    lane.up();
    ByteBuffer written = ByteBuffer.allocateDirect(100).order(ByteOrder.nativeOrder());
    Lane.fill(written, 5);
    lane.mayHaveWritten(200, 100, 5, System.nanoTime() - 10_000_000_000L);
    assertThat(lane.isInDoubt(299, 1)).isTrue();
    assertThat(lane.isInDoubt(300, 1)).isFalse();
    Lane.Doubt doubt = lane.oldDoubt(System.nanoTime());
    ByteBuffer half = ByteBuffer.allocateDirect(100);
    half.put(0, written, 0, 50);
    assertThat(lane.resolve(doubt, half)).isNull();
    assertThat(lane.compare(200, half)).isNull();
    half.put(3, (byte) (half.get(3) + 1));
    assertThat(lane.compare(200, half)).contains("byte 203 ");
  }
}
