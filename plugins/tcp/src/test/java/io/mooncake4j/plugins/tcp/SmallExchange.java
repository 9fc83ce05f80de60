package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TestSlice.State;
import io.mooncake4j.testkit.TransportHarness;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Some small reads and writes of different sizes in one submission, side by side and apart, and
 * what has to be true of the bytes on both sides whatever becomes of the connection.
 */
final class SmallExchange {
  /** The length of both memories; a request has the same offset in both. */
  static final int BYTES = 512;

  private static final Duration LIMIT = Duration.ofSeconds(15);

  private record Move(OpCode opcode, int offset, int length) {
    boolean covers(int at) {
      return at >= offset && at < offset + length;
    }
  }

  private static final List<Move> MOVES =
      List.of(
          new Move(OpCode.WRITE, 0, 7),
          new Move(OpCode.WRITE, 7, 40),
          new Move(OpCode.READ, 64, 13),
          new Move(OpCode.READ, 77, 50),
          new Move(OpCode.WRITE, 160, 1),
          new Move(OpCode.READ, 200, 3),
          new Move(OpCode.WRITE, 240, 90),
          new Move(OpCode.READ, 400, 1));

  private final TransportHarness initiator;
  private final TestMemory local;
  private final Supplier<byte[]> remote;
  private final byte[] localBefore;
  private final byte[] remoteBefore;
  private final TestSlice[] slices;

  /** Prepares it; the far side's first byte is at the given address. */
  SmallExchange(
      TransportHarness initiator,
      TestRegion region,
      TestPeer peer,
      long remoteAddress,
      Supplier<byte[]> remote) {
    this.initiator = initiator;
    this.local = region.memory();
    this.remote = remote;
    this.localBefore = local.bytes(0, BYTES);
    this.remoteBefore = remote.get();
    slices = new TestSlice[MOVES.size()];
    Arrays.setAll(
        slices,
        i -> {
          Move move = MOVES.get(i);
          long address = remoteAddress + move.offset;
          return move.opcode == OpCode.READ
              ? initiator.read(region, move.offset, peer, address, move.length)
              : initiator.write(region, move.offset, peer, address, move.length);
        });
  }

  /** Submits it all and waits for the outcome of each. */
  void run() {
    initiator.submit(slices);
    for (TestSlice slice : slices) {
      slice.awaitDone(LIMIT);
    }
  }

  /** Submits what has failed again, over a link that is whole: it succeeds. */
  void repair() {
    TestSlice[] failed =
        Arrays.stream(slices).filter(s -> s.state() == State.FAILED).toArray(TestSlice[]::new);
    if (failed.length > 0) {
      initiator.submit(failed);
    }
    for (TestSlice slice : slices) {
      slice.assertSucceeded();
    }
  }

  boolean succeeded() {
    return Arrays.stream(slices).allMatch(slice -> slice.state() == State.SUCCEEDED);
  }

  /** What a broken connection may do to requests, when another one can be made at once. */
  void assertFailuresAreHonest() {
    for (TestSlice slice : slices) {
      if (slice.state() == State.FAILED) {
        slice.assertFailed(ErrorCode.LINK_BROKEN, ErrorCode.SOCKET);
        // Writes that cannot land are sent again over the next connection, if there ever was one.
        boolean sent =
            slice.code() == ErrorCode.LINK_BROKEN && slice.toString().startsWith("WRITE");
        assertThat(slice.mayStillLand()).as(slice.toString()).isEqualTo(sent);
      }
    }
  }

  /** What was completed is there; what failed has left old bytes or new ones; the rest is old. */
  void assertBytes() {
    byte[] here = local.bytes(0, BYTES);
    byte[] there = remote.get();
    for (int at = 0; at < BYTES; at++) {
      assertByte("local", at, here[at], localBefore[at], remoteBefore[at], OpCode.READ);
      assertByte("remote", at, there[at], remoteBefore[at], localBefore[at], OpCode.WRITE);
    }
  }

  private void assertByte(String side, int at, byte now, byte old, byte moved, OpCode opcode) {
    int number = moveAt(at, opcode);
    boolean mayBeOld = number < 0 || slices[number].state() == State.FAILED;
    boolean mayBeNew =
        number >= 0
            && (slices[number].state() == State.SUCCEEDED
                || opcode == OpCode.READ
                || slices[number].mayStillLand());
    boolean fine = (mayBeOld && now == old) || (mayBeNew && now == moved);
    assertThat(fine)
        .as(
            "%s byte %d is %d, was %d, would become %d by %s",
            side, at, now, old, moved, number < 0 ? "nothing" : slices[number])
        .isTrue();
  }

  private static int moveAt(int at, OpCode opcode) {
    for (int i = 0; i < MOVES.size(); i++) {
      if (MOVES.get(i).opcode == opcode && MOVES.get(i).covers(at)) {
        return i;
      }
    }
    return -1;
  }
}
