package io.mooncake4j.core.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.handshake.FrameDecoder.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final int MAX = 1 << 20;

  private static ReadableByteChannel channel(byte[] bytes) {
    return Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  private static HandshakeFrame decode(byte[] bytes) throws IOException {
    FrameDecoder decoder = new FrameDecoder(MAX);
    assertThat(decoder.read(channel(bytes))).isEqualTo(Progress.COMPLETE);
    return decoder.frame();
  }

  private static void assertRefused(ErrorCode code, byte[] bytes) {
    FrameDecoder decoder = new FrameDecoder(MAX);
    assertThatThrownBy(() -> decoder.read(channel(bytes)))
        .isInstanceOfSatisfying(MooncakeException.class, e -> assertThat(e.code()).isEqualTo(code));
    assertThat(decoder.heldBytes()).isLessThanOrEqualTo(4096);
  }

  @Test
  void framesAreThoseOfCpp() throws IOException {
    byte[] probe = RawClient.hex("04 00 00 00 00 00 00 00 03 7b 7d 0a");
    byte[] notify =
        RawClient.hex(
            "21 00 00 00 00 00 00 00 02 7b 22 6e 61 6d 65 22 3a 22 6e 31 22 2c 22 6e 6f 74 69 66 79"
                + " 5f 6d 73 67 22 3a 22 68 69 22 7d 0a");

    assertThat(HandshakeFrame.of(HandshakeType.PROBE, "{}\n".getBytes(UTF_8)).encode())
        .isEqualTo(probe);
    assertThat(
            HandshakeFrame.of(
                    HandshakeType.NOTIFY,
                    "{\"name\":\"n1\",\"notify_msg\":\"hi\"}\n".getBytes(UTF_8))
                .encode())
        .isEqualTo(notify);
    assertThat(decode(probe).type()).isEqualTo(HandshakeType.PROBE);
    assertThat(decode(notify).body()).asString().startsWith("{\"name\":\"n1\"").endsWith("}\n");
    assertThat(decode(RawClient.frame(0, "{}")).type()).isEqualTo(HandshakeType.CONNECTION);
    assertThat(decode(RawClient.frame(1, "{}")).type()).isEqualTo(HandshakeType.METADATA);
  }

  @Test
  void aFrameWithoutTypeIsAConnectionOfAnOldPeer() throws IOException {
    byte[] bytes = RawClient.header(3, (byte) '{', (byte) '}', (byte) '\n');

    HandshakeFrame frame = decode(bytes);

    assertThat(frame.type()).isEqualTo(HandshakeType.CONNECTION);
    assertThat(frame.typed()).isFalse();
    assertThat(frame.body()).asString().isEqualTo("{}\n");
    assertThat(frame.answer("{}\n".getBytes(UTF_8)).encode()).isEqualTo(bytes);
    assertThat(decode(RawClient.header(1, (byte) 4)).typed()).isFalse();
  }

  @Test
  void collectsAFrameFromSingleBytes() throws IOException {
    byte[] bytes = RawClient.frame(1, "{\"a\":\"" + "x".repeat(10_000) + "\"}\n");
    FrameDecoder decoder = new FrameDecoder(MAX);
    Trickle trickle = new Trickle(bytes);

    int reads = 0;
    Progress progress = Progress.MORE;
    while (progress == Progress.MORE) {
      progress = decoder.read(trickle);
      reads++;
    }

    assertThat(progress).isEqualTo(Progress.COMPLETE);
    assertThat(reads).isGreaterThan(5_000);
    assertThat(decoder.frame().answer(decoder.frame().body()).encode()).isEqualTo(bytes);
  }

  @Test
  void leavesWhatFollowsAFrame() throws IOException {
    byte[] two = new byte[24];
    System.arraycopy(RawClient.frame(3, "{}\n"), 0, two, 0, 12);
    System.arraycopy(RawClient.frame(3, "{}\n"), 0, two, 12, 12);
    ByteArrayInputStream in = new ByteArrayInputStream(two);

    assertThat(new FrameDecoder(MAX).read(Channels.newChannel(in))).isEqualTo(Progress.COMPLETE);

    assertThat(in.available()).isEqualTo(12);
  }

  @Test
  void growsWithWhatArrivesAndNotWithWhatIsClaimed() throws IOException {
    FrameDecoder decoder = new FrameDecoder(HandshakeFrame.GREATEST_LENGTH);

    Progress progress =
        decoder.read(
            channel(RawClient.header(HandshakeFrame.GREATEST_LENGTH, (byte) 1, (byte) '{')));

    assertThat(progress).isEqualTo(Progress.ENDED);
    assertThat(decoder.heldBytes()).isEqualTo(4096);
  }

  @Test
  void readsTheLongestFrame() throws IOException {
    byte[] bytes = RawClient.frame(1, " ".repeat(MAX - 1));
    FrameDecoder decoder = new FrameDecoder(MAX);
    ReadableByteChannel channel = channel(bytes);

    Progress progress = Progress.MORE;
    while (progress == Progress.MORE) {
      progress = decoder.read(channel);
    }

    assertThat(progress).isEqualTo(Progress.COMPLETE);
    assertThat(decoder.frame().body()).hasSize(MAX - 1);
    assertThat(decoder.heldBytes()).isEqualTo(MAX);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, (128L << 20) + 1, 0x2F_50_54_54_48L})
  void refusesLengthsThatNobodyAllows(long length) {
    assertRefused(ErrorCode.MALFORMED, RawClient.header(length, (byte) 1, (byte) '{'));
  }

  @Test
  void refusesWhatExceedsItsOwnLimitByName() {
    assertRefused(ErrorCode.LIMIT_EXCEEDED, RawClient.header(MAX + 1, (byte) 1, (byte) '{'));
    assertThatThrownBy(() -> new FrameDecoder(10).read(channel(RawClient.header(11))))
        .hasMessageContainingAll("11 bytes", "mooncake.handshake.max-length=10");
  }

  @Test
  void refusesTypesThatAreNegativeInCpp() {
    assertRefused(ErrorCode.MALFORMED, RawClient.header(3, (byte) 0x80, (byte) '{', (byte) '}'));
    assertRefused(ErrorCode.MALFORMED, RawClient.header(1 << 20, (byte) 0xFE));
  }

  @Test
  void noticesTheEnd() throws IOException {
    assertThat(new FrameDecoder(MAX).read(channel(new byte[0]))).isEqualTo(Progress.ENDED);
    assertThat(new FrameDecoder(MAX).read(channel(new byte[5]))).isEqualTo(Progress.ENDED);
    assertThat(new FrameDecoder(MAX).read(channel(RawClient.header(9, (byte) 1))))
        .isEqualTo(Progress.ENDED);
  }

  /** Hands out one byte at a time, and nothing every other time. */
  private static final class Trickle implements ReadableByteChannel {
    private final byte[] bytes;
    private int next;
    private boolean dry;

    Trickle(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read(ByteBuffer target) {
      dry = !dry;
      if (dry || next == bytes.length) {
        return 0;
      }
      target.put(bytes[next++]);
      return 1;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
