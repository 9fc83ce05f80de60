package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;
import org.junit.jupiter.api.Test;

/** What may be under way on a connection at once. */
class RequestRingTest {
  /** All that a request wants to know of a slice. */
  private record Piece(OpCode opcode, long length) implements Slice {
    @Override
    public LocalRegion region() {
      throw new UnsupportedOperationException("no memory");
    }

    @Override
    public long localOffset() {
      return 0;
    }

    @Override
    public Peer peer() {
      throw new UnsupportedOperationException("no peer");
    }

    @Override
    public RemoteEntry entry() {
      return null;
    }

    @Override
    public long remoteAddress() {
      return 0;
    }

    @Override
    public long deadlineNanos() {
      return 0;
    }

    @Override
    public void succeed() {
      throw new AssertionError("nobody completes it");
    }

    @Override
    public void fail(ErrorCode reason, boolean mayStillLand, String detail) {
      throw new AssertionError("nobody completes it");
    }
  }

  private static Slice add(RequestRing ring, OpCode opcode, long length) {
    Slice slice = new Piece(opcode, length);
    ring.next().begin(slice, false, 0);
    ring.push();
    return slice;
  }

  private static boolean admits(RequestRing ring, OpCode opcode) {
    return ring.admits(opcode == OpCode.WRITE, false);
  }

  @Test
  void bytesOfAllRequestsAreBounded() {
    RequestRing ring = new RequestRing(100, 1000);
    add(ring, OpCode.WRITE, 600);
    assertThat(admits(ring, OpCode.READ)).isTrue();
    add(ring, OpCode.READ, 399);
    assertThat(admits(ring, OpCode.WRITE)).isTrue();
    add(ring, OpCode.WRITE, 1);
    assertThat(admits(ring, OpCode.WRITE)).isFalse();
    assertThat(admits(ring, OpCode.READ)).isFalse();
    assertThat(ring.unacknowledgedBytes()).isEqualTo(601);
    assertThat(ring.unreadBytes()).isEqualTo(399);
    ring.pop();
    assertThat(admits(ring, OpCode.WRITE)).isTrue();
    assertThat(ring.unacknowledgedBytes()).isEqualTo(1);
    ring.pop();
    assertThat(ring.unreadBytes()).isZero();
    assertThat(ring.size()).isEqualTo(1);
  }

  @Test
  void bytesOfReadsAreBoundedBeside() {
    RequestRing ring = new RequestRing(100, 1 << 20);
    ring.limit(10_000, 500);
    add(ring, OpCode.READ, 499);
    assertThat(admits(ring, OpCode.READ)).isTrue();
    add(ring, OpCode.READ, 300);
    assertThat(admits(ring, OpCode.READ)).isFalse();
    assertThat(admits(ring, OpCode.WRITE)).isTrue();
    add(ring, OpCode.WRITE, 9000);
    assertThat(admits(ring, OpCode.WRITE)).isTrue();
    add(ring, OpCode.WRITE, 9000);
    assertThat(admits(ring, OpCode.WRITE)).isFalse();
    ring.pop();
    assertThat(admits(ring, OpCode.READ)).isFalse();
    ring.pop();
    ring.pop();
    assertThat(ring.unreadBytes()).isZero();
    assertThat(admits(ring, OpCode.READ)).isTrue();
  }

  @Test
  void whatIsLongerThanTheBoundsIsAdmittedWhenNothingIsUnderWay() {
    RequestRing ring = new RequestRing(100, 10);
    ring.limit(10, 10);
    assertThat(admits(ring, OpCode.READ)).isTrue();
    add(ring, OpCode.READ, 5000);
    assertThat(admits(ring, OpCode.READ)).isFalse();
    assertThat(admits(ring, OpCode.WRITE)).isFalse();
    ring.pop();
    assertThat(admits(ring, OpCode.WRITE)).isTrue();
  }

  @Test
  void requestsAreBoundedAndPlacesUsedAgain() {
    RequestRing ring = new RequestRing(3, 1 << 20);
    for (int round = 0; round < 10; round++) {
      assertThat(ring.isEmpty()).isTrue();
      Slice first = add(ring, OpCode.WRITE, 1);
      assertThat(ring.second()).isNull();
      Slice second = add(ring, OpCode.READ, 1);
      assertThat(admits(ring, OpCode.WRITE)).isTrue();
      Slice third = add(ring, OpCode.WRITE, 1);
      assertThat(admits(ring, OpCode.WRITE)).isFalse();
      assertThat(ring.oldest().slice(0)).isSameAs(first);
      assertThat(ring.second().slice(0)).isSameAs(second);
      ring.pop();
      assertThat(admits(ring, OpCode.READ)).isTrue();
      ring.pop();
      assertThat(ring.oldest().slice(0)).isSameAs(third);
      ring.pop();
      assertThat(ring.answered()).isEqualTo(ring.added()).isEqualTo(3L * (round + 1));
    }
  }

  @Test
  void whatWantsToBeAloneWaitsForAllOthers() {
    RequestRing ring = new RequestRing(100, 1000);
    add(ring, OpCode.WRITE, 1);
    add(ring, OpCode.WRITE, 1);
    assertThat(ring.admits(true, true)).isFalse();
    ring.pop();
    assertThat(ring.admits(false, true)).isFalse();
    ring.pop();
    assertThat(ring.admits(true, true)).isTrue();
  }

  @Test
  void nothingComesBesideWhatHasReservedTheConnection() {
    RequestRing ring = new RequestRing(100, 1000);
    assertThat(ring.admits(false, true)).isTrue();
    add(ring, OpCode.READ, 1);
    ring.reserve();
    assertThat(admits(ring, OpCode.READ)).isFalse();
    assertThat(admits(ring, OpCode.WRITE)).isFalse();
    ring.pop();
    assertThat(admits(ring, OpCode.READ)).isTrue();
    add(ring, OpCode.READ, 1);
    assertThat(admits(ring, OpCode.WRITE)).isTrue();
  }
}
