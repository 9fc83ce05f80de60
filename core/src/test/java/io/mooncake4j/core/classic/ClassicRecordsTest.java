package io.mooncake4j.core.classic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and handshake addresses; the golden ones were sent by real C++ Mooncake processes. */
class ClassicRecordsTest {
  @Test
  void keysAreThoseOfCpp() {
    ClassicKeys keys = ClassicKeys.of("");

    assertThat(keys.segment("target_seg:12345")).isEqualTo("mooncake/ram/target_seg:12345");
    assertThat(keys.segment("nvmeof/disk0")).isEqualTo("mooncake/nvmeof/disk0");
    assertThat(keys.rpcMeta("target_seg:12345")).isEqualTo("mooncake/rpc_meta/target_seg:12345");
  }

  @Test
  void aClusterHasItsOwnPrefix() {
    assertThat(ClassicKeys.of("c1").segment("node-a:12345"))
        .isEqualTo("mooncake/c1/ram/node-a:12345");
    assertThat(ClassicKeys.of("c1/")).isEqualTo(ClassicKeys.of("c1"));
    assertThat(ClassicKeys.of("c1").rpcMeta("a/b")).isEqualTo("mooncake/c1/rpc_meta/a/b");
  }

  @Test
  void leadingSlashesAreNoPartOfAName() {
    assertThat(ClassicKeys.segmentName("//nvmeof/disk0")).isEqualTo("nvmeof/disk0");
    assertThat(ClassicKeys.segmentName("node:1")).isEqualTo("node:1");
    assertThat(ClassicKeys.segmentName("/")).isEmpty();
  }

  @Test
  void handshakeAddressIsThatOfCpp() {
    RpcMeta record = new RpcMeta("127.0.0.1", 16709);
    String golden = "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":16709}";

    assertThat(record.encode(false)).asString().isEqualTo(golden).hasSize(48);
    assertThat(record.encode(true)).asString().isEqualTo(golden + "\n");
    assertThat(RpcMeta.decode("s", golden.getBytes(UTF_8))).isEqualTo(record);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{}",
        "{\"ip_or_host_name\":\"h\"}",
        "{\"ip_or_host_name\":\"\",\"rpc_port\":1}",
        "{\"ip_or_host_name\":7,\"rpc_port\":1}",
        "{\"ip_or_host_name\":\"h\",\"rpc_port\":0}",
        "{\"ip_or_host_name\":\"h\",\"rpc_port\":65536}",
        "{\"ip_or_host_name\":\"h\",\"rpc_port\":-1}",
        "{\"ip_or_host_name\":\"h\",\"rpc_port\":\"1\"}",
        "metadata not found",
      })
  void refusesAddressesThatAreNone(String text) {
    assertThatThrownBy(() -> RpcMeta.decode("seg-7", text.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED))
        .hasMessageContaining("seg-7");
  }
}
