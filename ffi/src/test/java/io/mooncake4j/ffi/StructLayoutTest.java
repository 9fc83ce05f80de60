package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The numbers are what gcc 12 printed for sizeof, _Alignof and offsetof on 64-bit Linux. */
class StructLayoutTest {
  private static final StructLayout SGE =
      StructLayout.struct("ibv_sge").int64("addr").int32("length").int32("lkey").build();

  @Test
  void socketAddresses() {
    StructLayout v4 =
        StructLayout.struct("sockaddr_in")
            .int16("sin_family")
            .int16("sin_port")
            .int32("sin_addr")
            .bytes("sin_zero", 8)
            .build();
    assertLayout(v4, 16, 4);
    assertOffsets(v4, "sin_port", 2, "sin_addr", 4, "sin_zero", 8);
    StructLayout v6 =
        StructLayout.struct("sockaddr_in6")
            .int16("sin6_family")
            .int16("sin6_port")
            .int32("sin6_flowinfo")
            .bytes("sin6_addr", 16)
            .int32("sin6_scope_id")
            .build();
    assertLayout(v6, 28, 4);
    assertOffsets(v6, "sin6_addr", 8, "sin6_scope_id", 24);
  }

  @Test
  void messageHeader() {
    StructLayout iovec = StructLayout.struct("iovec").pointer("iov_base").int64("iov_len").build();
    assertLayout(iovec, 16, 8);
    StructLayout header =
        StructLayout.struct("msghdr")
            .pointer("msg_name")
            .int32("msg_namelen")
            .pointer("msg_iov")
            .int64("msg_iovlen")
            .pointer("msg_control")
            .int64("msg_controllen")
            .int32("msg_flags")
            .build();
    assertLayout(header, 56, 8);
    assertOffsets(header, "msg_namelen", 8, "msg_iov", 16, "msg_flags", 48);
  }

  @Test
  void scatterGatherEntry() {
    assertLayout(SGE, 16, 8);
    assertOffsets(SGE, "addr", 0, "length", 8, "lkey", 12);
  }

  @Test
  void sendWorkRequestWithItsUnions() {
    StructLayout rdma = StructLayout.struct("rdma").int64("remote_addr").int32("rkey").build();
    StructLayout atomic =
        StructLayout.struct("atomic")
            .int64("remote_addr")
            .int64("compare_add")
            .int64("swap")
            .int32("rkey")
            .build();
    StructLayout datagram =
        StructLayout.struct("ud").pointer("ah").int32("remote_qpn").int32("remote_qkey").build();
    StructLayout wr =
        StructLayout.union("wr")
            .nested("rdma", rdma)
            .nested("atomic", atomic)
            .nested("ud", datagram)
            .build();
    StructLayout bindInfo =
        StructLayout.struct("ibv_mw_bind_info")
            .pointer("mr")
            .int64("addr")
            .int64("length")
            .int32("mw_access_flags")
            .build();
    assertLayout(bindInfo, 32, 8);
    StructLayout bindWindow =
        StructLayout.struct("bind_mw")
            .pointer("mw")
            .int32("rkey")
            .nested("bind_info", bindInfo)
            .build();
    StructLayout segmentation =
        StructLayout.struct("tso").pointer("hdr").int16("hdr_sz").int16("mss").build();
    StructLayout tail =
        StructLayout.union("tail")
            .nested("bind_mw", bindWindow)
            .nested("tso", segmentation)
            .build();
    StructLayout request =
        StructLayout.struct("ibv_send_wr")
            .int64("wr_id")
            .pointer("next")
            .pointer("sg_list")
            .int32("num_sge")
            .int32("opcode")
            .int32("send_flags")
            .int32("imm_data")
            .nested("wr", wr)
            .int32("qp_type")
            .nested("tail", tail)
            .build();
    assertLayout(request, 128, 8);
    assertOffsets(request, "next", 8, "sg_list", 16, "num_sge", 24, "opcode", 28, "wr", 40);
    assertOffsets(request, "wr.rdma.remote_addr", 40, "wr.rdma.rkey", 48, "wr.atomic.swap", 56);
    assertOffsets(request, "wr.atomic.rkey", 64, "wr.ud.remote_qkey", 52, "qp_type", 72);
    assertOffsets(request, "tail.bind_mw.bind_info", 96, "tail.bind_mw.bind_info.length", 112);
    assertOffsets(request, "tail.tso.hdr_sz", 88, "tail.tso.mss", 90);
  }

  @Test
  void workCompletion() {
    StructLayout completion =
        StructLayout.struct("ibv_wc")
            .int64("wr_id")
            .int32("status")
            .int32("opcode")
            .int32("vendor_err")
            .int32("byte_len")
            .int32("imm_data")
            .int32("qp_num")
            .int32("src_qp")
            .int32("wc_flags")
            .int16("pkey_index")
            .int16("slid")
            .int8("sl")
            .int8("dlid_path_bits")
            .build();
    assertLayout(completion, 48, 8);
    assertOffsets(completion, "byte_len", 20, "wc_flags", 36, "slid", 42, "dlid_path_bits", 45);
  }

  @Test
  void paddingInsideAndAtTheEnd() {
    StructLayout mixed =
        StructLayout.struct("mix")
            .int8("a")
            .int16("b")
            .int8("c")
            .int32("d")
            .int64("e")
            .int8("f")
            .build();
    assertLayout(mixed, 32, 8);
    assertOffsets(mixed, "b", 2, "c", 4, "d", 8, "e", 16, "f", 24);
    assertLayout(StructLayout.struct("tail").int64("a").int32("b").build(), 16, 8);
  }

  @Test
  void arraysOfStructsCountTheirPadding() {
    StructLayout inner = StructLayout.struct("inner").int16("a").int32("b").int8("c").build();
    assertLayout(inner, 12, 4);
    StructLayout outer =
        StructLayout.struct("outer").int8("x").array("in", inner, 3).int8("y").build();
    assertLayout(outer, 44, 4);
    assertOffsets(outer, "in", 4, "in.c", 12, "y", 40);
    assertThat(outer.offset("in") + 2 * inner.size()).isEqualTo(28);
  }

  @Test
  void unionsAreAsLongAsTheirLongestMemberRoundedUp() {
    StructLayout union = StructLayout.union("un").bytes("a", 5).int32("b").int16("c").build();
    assertLayout(union, 8, 4);
    assertOffsets(union, "a", 0, "b", 0, "c", 0);
    StructLayout holder =
        StructLayout.struct("hasun").int8("a").nested("u", union).int64("b").int8("c").build();
    assertLayout(holder, 32, 8);
    assertOffsets(holder, "u", 4, "u.c", 4, "b", 16, "c", 24);
  }

  @Test
  void anAllocatedArrayIsAlignedZeroedAndExactlyAsLong() {
    ByteBuffer entries = SGE.allocate(3);
    assertThat(entries.capacity()).isEqualTo(48);
    assertThat(entries.isDirect()).isTrue();
    assertThat(entries.order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(LibC.addressOf(entries) % SGE.alignment()).isZero();
    while (entries.hasRemaining()) {
      assertThat(entries.get()).isZero();
    }
    SGE.element(entries, 2).putInt(SGE.offset("lkey"), 0x01020304);
    assertThat(entries.getInt(44)).isEqualTo(0x01020304);
    assertThatThrownBy(() -> SGE.element(entries, 3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> SGE.offset("rkey"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ibv_sge has no field rkey, only [addr, length, lkey]");
    assertThatThrownBy(() -> StructLayout.struct("twice").int8("a").int8("a"))
        .hasMessage("twice has two fields a");
    assertThatThrownBy(() -> StructLayout.struct("none").build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("none has no fields");
    assertThatThrownBy(() -> StructLayout.struct("short").bytes("a", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SGE.allocate(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SGE.allocate(Integer.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
    assertThat(SGE.name()).isEqualTo("ibv_sge");
    assertThat(SGE).hasToString("ibv_sge (16 bytes)");
  }

  private static void assertLayout(StructLayout layout, int size, int alignment) {
    assertThat(layout.size()).as("sizeof " + layout.name()).isEqualTo(size);
    assertThat(layout.alignment()).as("_Alignof " + layout.name()).isEqualTo(alignment);
  }

  private static void assertOffsets(StructLayout layout, Object... fieldsAndOffsets) {
    for (int i = 0; i < fieldsAndOffsets.length; i += 2) {
      String field = (String) fieldsAndOffsets[i];
      assertThat(layout.offset(field)).as(field).isEqualTo(fieldsAndOffsets[i + 1]);
    }
  }
}
