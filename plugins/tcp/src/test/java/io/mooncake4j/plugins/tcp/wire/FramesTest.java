package io.mooncake4j.plugins.tcp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Bytes as two C++ processes exchanged them (transfer engine wire format, TCP captures). */
class FramesTest {
  private static final HexFormat HEX = HexFormat.of();

  private static String header(long size, long address, int opcode) {
    ByteBuffer buffer = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    RequestHeader.put(buffer, size, address, opcode);
    assertThat(buffer.position()).isEqualTo(RequestHeader.BYTES);
    return HEX.formatHex(buffer.array(), 0, RequestHeader.BYTES);
  }

  @Test
  void headersAreThoseOfCpp() {
    long base = 0x7f1cd9c12000L;
    assertThat(header(100, base, RequestHeader.WRITE | RequestHeader.ACKNOWLEDGED))
        .isEqualTo("64000000000000000020c1d91c7f00008100000000000000");
    assertThat(header(100, base + 4096, RequestHeader.READ | RequestHeader.ACKNOWLEDGED))
        .isEqualTo("64000000000000000030c1d91c7f00008000000000000000");
    assertThat(header(4096, 0x7f0000001000L, RequestHeader.WRITE))
        .isEqualTo("001000000000000000100000007f00000100000000000000");
    assertThat(header(1, -1L, RequestHeader.READ))
        .isEqualTo("0100000000000000ffffffffffffffff0000000000000000");
  }

  @Test
  void readsWhatCppSendsWithGarbageInThePadding() {
    ByteBuffer buffer =
        ByteBuffer.wrap(HEX.parseHex("ee64000000000000000020c1d91c7f00008100000010550000"))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(RequestHeader.size(buffer, 1)).isEqualTo(100);
    assertThat(RequestHeader.address(buffer, 1)).isEqualTo(0x7f1cd9c12000L);
    int opcode = RequestHeader.opcode(buffer, 1);
    assertThat(opcode).isEqualTo(0x81);
    assertThat(RequestHeader.isAcknowledged(opcode)).isTrue();
    assertThat(RequestHeader.isWrite(opcode)).isTrue();
  }

  @Test
  void everyOpcodeButWriteReads() {
    for (int opcode = 0; opcode < 256; opcode++) {
      assertThat(RequestHeader.isWrite(opcode)).isEqualTo(opcode == 0x01 || opcode == 0x81);
      assertThat(RequestHeader.isAcknowledged(opcode)).isEqualTo(opcode >= 0x80);
    }
  }

  @Test
  void statusFramesAreThoseOfCpp() {
    ByteBuffer buffer = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(StatusFrame.OK).putLong(StatusFrame.REJECTED);
    assertThat(HEX.formatHex(buffer.array())).isEqualTo("000000005654434d010000005654434d");
    assertThat(StatusFrame.isValid(StatusFrame.REJECTED)).isTrue();
    assertThat(StatusFrame.code(StatusFrame.REJECTED)).isEqualTo(1);
    assertThat(StatusFrame.isValid(0)).isFalse();
    assertThat(StatusFrame.isValid(0x4D43_5457_0000_0000L)).isFalse();
  }
}
