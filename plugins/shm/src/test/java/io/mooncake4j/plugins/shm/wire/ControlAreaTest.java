package io.mooncake4j.plugins.shm.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layout byte by byte, the agreement between owner and initiator, and damaged areas. */
class ControlAreaTest {
  private static final int RECORDS = 2;
  private static final int SLOTS = 3;
  private static final Token TOKEN = new Token(0x1122334455667788L, 0x99AABBCCDDEEFF00L);
  private static final ProcessIdentity OWNER = new ProcessIdentity(4711, 0x1234567);
  private static final ProcessIdentity PEER = new ProcessIdentity(5, 6);

  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(ControlArea.length(RECORDS, SLOTS) + 64)
          .alignedSlice(64)
          .order(ByteOrder.LITTLE_ENDIAN);
  private final ControlArea area = ControlArea.format(memory, TOKEN, OWNER, RECORDS, SLOTS);

  private static String hex(ByteBuffer memory, int at, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(HexFormat.of().toHexDigits(memory.getLong(at + 8 * i))).append(' ');
    }
    return text.toString().trim();
  }

  @Test
  void theLayoutIsWhatItWas() {
    area.publish(1, new RegionRecord(7, 0x7f0000001000L, 4096, 33, 8192));
    assertThat(area.claim(PEER)).isZero();
    assertThat(area.enter(0, 7, 2)).isEqualTo(2);

    assertThat(hex(memory, 0, 8))
        .isEqualTo(
            "314d48534a34434d 0000000000000001 1122334455667788 99aabbccddeeff00"
                + " 0024ce0001234567 0000000000000002 0000000000000003 0000000000000000");
    assertThat(hex(memory, 128 + 64, 6))
        .isEqualTo(
            "0000000000000007 00007f0000001000 0000000000001000 0000000000000021"
                + " 0000000000002000 0000000000000000");
    int slot = 128 + 2 * 64;
    assertThat(hex(memory, slot, 1)).isEqualTo("00000a0000000006");
    assertThat(memory.getLong(slot + 3 * 64)).isEqualTo(7);
    assertThat(ControlArea.length(RECORDS, SLOTS)).isEqualTo(128 + 2 * 64 + 3 * 1024);
    assertThat(ControlArea.LANES).isEqualTo(15);
  }

  @Test
  void aPeerReadsWhatTheOwnerHasWritten() {
    RegionRecord record = new RegionRecord(9, 0x1000, 10, RegionRecord.NO_FILE, 0);
    area.publish(0, record);
    ControlArea peers = ControlArea.open(memory, TOKEN, OWNER);
    assertThat(peers.records()).isEqualTo(RECORDS);
    assertThat(peers.slots()).isEqualTo(SLOTS);
    assertThat(peers.read(0, 9)).isEqualTo(record);
    assertThat(peers.read(0, 8)).isNull();
    area.revoke(0);
    assertThat(peers.read(0, 9)).isNull();
    assertThat(peers.isValid(0, 9)).isFalse();
  }

  @Test
  void slotsAndLanesRunOutAndComeBack() {
    for (int slot = 0; slot < SLOTS; slot++) {
      assertThat(area.claim(PEER)).isEqualTo(slot);
    }
    assertThat(area.claim(PEER)).isEqualTo(-1);
    Set<Integer> lanes = new TreeSet<>();
    for (int i = 0; i < ControlArea.LANES; i++) {
      lanes.add(area.enter(1, 4, 9));
    }
    assertThat(lanes).hasSize(ControlArea.LANES);
    assertThat(area.enter(1, 4, 0)).isEqualTo(-1);
    area.leave(1, 3);
    assertThat(area.enter(1, 5, 0)).isEqualTo(3);
    assertThat(area.inside(1, 3)).isEqualTo(5);
    area.free(1, OWNER.packed());
    assertThat(area.holder(1)).as("another one's slot").isEqualTo(PEER.packed());
    area.free(1, PEER.packed());
    assertThat(area.inside(1, 3)).isZero();
    assertThat(area.claim(OWNER)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, magic",
    "8, 2, version",
    "16, 5, another engine",
    "32, 5, another engine",
    "40, -1, records",
    "40, 1000000000, records",
    "48, 70000, slots",
    "48, 4, slots"
  })
  void damagedHeadersAreRefusedInWords(int at, long value, String words) {
    memory.putLong(at, value);
    assertThatThrownBy(() -> ControlArea.open(memory, TOKEN, OWNER))
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED));
  }

  @Test
  void aFileThatIsTooShortIsRefused() {
    ByteBuffer small = ByteBuffer.allocateDirect(64);
    assertThatThrownBy(() -> ControlArea.open(small, TOKEN, OWNER)).hasMessageContaining("64");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 0, false",
    "4096, 0, 1, 0, false",
    "4096, -1, 1, 0, false",
    "4096, 9223372036854775807, 1, 0, false",
    "4096, 1, -2, 0, false",
    "4096, 1, 4294967296, 0, false",
    "4096, 1, 1, -4096, false",
    "4096, 1, 1, 9223372036854775807, false",
    "4096, 1, 1, 4096, true",
    "4096, 1, -1, 0, true"
  })
  void recordsThatCannotBeAreNoticed(
      long address, long length, long descriptor, long offset, boolean sane) {
    assertThat(new RegionRecord(1, address, length, descriptor, offset).isSane()).isEqualTo(sane);
  }

  @Test
  void identitiesAndTokensSurviveBeingWritten() {
    ProcessIdentity largest = new ProcessIdentity((1L << 22) - 1, -1);
    assertThat(largest.packed()).isPositive();
    assertThat(ProcessIdentity.unpack(largest.packed())).isEqualTo(largest);
    assertThat(ProcessIdentity.unpack(-5)).isNull();
    assertThat(ProcessIdentity.unpack(77)).isNull();
    assertThatThrownBy(() -> new ProcessIdentity(0, 1)).hasMessageContaining("0");
    assertThat(Token.parse(TOKEN.text())).isEqualTo(TOKEN);
    for (String wrong : new String[] {"", "12", TOKEN.text() + "0", "x".repeat(32)}) {
      assertThatThrownBy(() -> Token.parse(wrong)).isInstanceOf(MooncakeException.class);
    }
  }
}
