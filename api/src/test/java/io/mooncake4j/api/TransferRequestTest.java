package io.mooncake4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransferRequestTest {
  private static final long MAX = Long.MAX_VALUE;
  private static final MemoryRegion REGION = new Region(100);
  private static final Segment SEGMENT = new Peer();
  private static final RemoteBuffer REMOTE =
      new RemoteBuffer(SEGMENT, "cpu:0", AddressSpace.VIRTUAL, 0x4000, 50);

  @ParameterizedTest
  @CsvSource({
    "0, 0, 50",
    "50, 0, 50",
    "99, 49, 1",
    "100, 50, 0",
    "0, 0, 0",
  })
  void rangesWithinBothSidesAreAccepted(long localOffset, long remoteOffset, long length) {
    TransferRequest request =
        TransferRequest.read(REGION, localOffset, REMOTE, remoteOffset, length);
    assertThat(request.opcode()).isEqualTo(OpCode.READ);
    assertThat(request.targetOffset()).isEqualTo(0x4000 + remoteOffset);
    assertThat(request.space()).isEqualTo(AddressSpace.VIRTUAL);
    assertThat(request.segment()).isSameAs(SEGMENT);
    assertThat(request.length()).isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource({
    "51, 0, 50, local range [51", "-1, 0, 1, local range [-1", "101, 0, 0, local range [101",
    "0, 1, 50, remote range [1", "0, -1, 1, remote range [-1", "0, 51, 0, remote range [51",
    "0, 0, -1, remote range [0",
  })
  void rangesThatLeaveASideAreRefused(
      long localOffset, long remoteOffset, long length, String words) {
    assertRefused(
        () -> TransferRequest.write(REGION, localOffset, REMOTE, remoteOffset, length), words);
  }

  @Test
  void sumsThatOverflowAreRefused() {
    assertRefused(() -> TransferRequest.read(REGION, 0, REMOTE, MAX, 1), "remote range");
    assertRefused(() -> TransferRequest.read(REGION, 0, REMOTE, 1, MAX), "remote range");
    assertRefused(() -> raw(MAX, MAX), "local range");
    assertRefused(() -> raw(1, MAX), "local range");
    assertRefused(() -> raw(0, Long.MIN_VALUE), "local range");
  }

  @Test
  void rawOffsetsAreUnsigned() {
    assertThat(
            TransferRequest.raw(OpCode.WRITE, REGION, 0, SEGMENT, AddressSpace.FILE_OFFSET, -1, 100)
                .targetOffset())
        .isEqualTo(-1);
  }

  @Test
  void timeoutsArePositive() {
    TransferRequest request = TransferRequest.write(REGION, 0, REMOTE, 0, 1);
    assertRefused(() -> request.within(Duration.ZERO), "timeout PT0S is not positive");
    assertRefused(() -> request.within(Duration.ofMillis(-1)), "is not positive");
    assertThat(request.within(Duration.ofNanos(1)).timeout()).isEqualTo(Duration.ofNanos(1));
    assertThat(request.timeout()).isNull();
  }

  @Test
  void copiesChangeOneThing() {
    TransferRequest request = TransferRequest.write(REGION, 1, REMOTE, 2, 3);
    TransferRequest copy = request.asIdempotent().via("tcp").within(Duration.ofSeconds(1));
    assertThat(copy.idempotent()).isTrue();
    assertThat(copy.transport()).isEqualTo("tcp");
    assertThat(copy.timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(copy.opcode()).isEqualTo(OpCode.WRITE);
    assertThat(copy.localOffset()).isEqualTo(1);
    assertThat(copy.targetOffset()).isEqualTo(0x4002);
    assertThat(copy.length()).isEqualTo(3);
    assertThat(request.idempotent()).isFalse();
    assertThat(request.transport()).isNull();
    assertThatThrownBy(() -> request.via(null)).isInstanceOf(NullPointerException.class);
  }

  private static TransferRequest raw(long localOffset, long length) {
    return TransferRequest.raw(
        OpCode.READ, REGION, localOffset, SEGMENT, AddressSpace.VIRTUAL, 0, length);
  }

  private static void assertRefused(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(words);
  }

  private record Region(long length) implements MemoryRegion {
    @Override
    public long address() {
      return 0x1000;
    }

    @Override
    public Location location() {
      return Location.ANY;
    }

    @Override
    public boolean remoteAccessible() {
      return true;
    }

    @Override
    public ByteBuffer window(long offset, int bytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private record Peer() implements Segment {
    @Override
    public String name() {
      return "peer";
    }

    @Override
    public List<RemoteBuffer> buffers() {
      return List.of();
    }

    @Override
    public List<String> transports() {
      return List.of();
    }

    @Override
    public void refresh() {}
  }
}
