package io.mooncake4j.core.classic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is accepted and refused; documents are written with ' for quotation marks. */
class ClassicDescriptorReaderTest {
  private static final String GID = "'gid':'00:00:00:00:00:00:00:00:00:00:ff:ff:c0:00:02:01'";

  private static ClassicDescriptor read(String document) {
    return ClassicDescriptorCodec.decode("seg-7", document.replace('\'', '"').getBytes(UTF_8));
  }

  private static String tcp(String buffers) {
    return "{'name':'n','protocol':'tcp','buffers':[" + buffers + "]}";
  }

  private static String rdma(String device, String keys) {
    return "{'name':'n','protocol':'rdma','devices':["
        + device
        + "],'buffers':[{'name':'cpu:0','addr':4096,'length':1"
        + keys
        + "}]}";
  }

  private static void assertRefused(String document, String... words) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED))
        .hasMessageContaining("seg-7")
        .hasMessageContainingAll(words);
  }

  @Test
  void missingMembersReadAsEmpty() {
    ClassicDescriptor descriptor = read("{'name':'n','protocol':'tcp'}");

    assertThat(descriptor.buffers()).isEmpty();
    assertThat(descriptor.members().asMap()).isEmpty();
    assertThat(descriptor.extension().asMap()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'addr':0,'length':1,'name':'n'} | buffers[0].addr",
        "{'length':1,'name':'n'} | buffers[0].addr",
        "{'addr':1,'length':0,'name':'n'} | buffers[0].length",
        "{'addr':1,'name':'n'} | buffers[0].length",
        "{'addr':1,'length':1,'name':''} | buffers[0].name",
        "{'addr':1,'length':1} | buffers[0].name",
        "{'addr':'1','length':1,'name':'n'} | buffers[0].addr",
        "{'addr':-1,'length':1,'name':'n'} | buffers[0].addr",
        "{'addr':1.5,'length':1,'name':'n'} | buffers[0].addr",
        "{'addr':1,'length':{},'name':'n'} | buffers[0].length",
        "{'addr':1,'length':9223372036854775808,'name':'n'} | buffers[0].length",
        "{'addr':1,'length':1,'name':[]} | buffers[0].name",
        "{'addr':18446744073709551615,'length':2,'name':'n'} | wrap around",
        "7 | buffers[0] is no object",
        "{'addr':1,'length':1,'name':'n'},{'addr':1,'length':0,'name':'n'} | buffers[1].length",
      })
  void oneBadBufferRefusesTheWhole(String buffers, String words) {
    assertRefused(tcp(buffers), words);
  }

  @Test
  void aRangeMayEndWhereTheAddressSpaceDoes() {
    assertThat(read(tcp("{'addr':18446744073709551615,'length':1,'name':'n'}")).buffers())
        .extracting(ClassicBuffer::address)
        .containsExactly(-1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1] | map",
        "'x' | map",
        "{} | protocol",
        "{'name':'n'} | protocol",
        "{'protocol':'tcp'} | name",
        "{'name':{},'protocol':'tcp'} | name",
        "{'name':'n','protocol':7} | protocol",
        "{'name':'n','protocol':[7]} | protocol",
        "{'name':'n','protocol':['']} | protocol",
        "{'name':'n','protocol':'tcp','buffers':{}} | buffers",
        "{'name':'n','protocol':'tcp','tcp_data_port':'1'} | tcp_data_port",
        "{'name':'n','protocol':'tcp','tcp_data_port':65536} | tcp_data_port",
        "{'name':'n','protocol':'tcp','tcp_data_port':-1} | tcp_data_port",
        "{'name':'n','protocol':'tcp','tcp_proto_version':[]} | tcp_proto_version",
        "{'name':'n','protocol':'tcp','tcp_proto_version':4294967296} | tcp_proto_version",
        "{'name':'n','protocol':'tcp','rdma_server_name':1} | rdma_server_name",
        "{'name':'n','protocol':'tcp','mooncake4j':[]} | mooncake4j",
        "{'name':'n','protocol':'cxl','cxl_name':1} | cxl_name",
        "{'name':'n','protocol':'cxl','cxl_base_addr':'x'} | cxl_base_addr",
        "{'name':'n','protocol':'tcp' | JSON",
        "`` | empty",
      })
  void refusesBadDocuments(String document, String words) {
    assertRefused(document, words);
  }

  @Test
  void nullMeansThatThePeerHasNoSegmentYet() {
    assertThatThrownBy(() -> read("null\n"))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.METADATA))
        .hasMessageContainingAll("seg-7", "no descriptor yet");
  }

  @Test
  void keysMatchEachOtherAndTheDevices() {
    String device = "{'name':'mlx5_0'," + GID + ",'lid':0}";

    assertThat(read(rdma(device, ",'lkey':[1],'rkey':[2]")).buffers()).hasSize(1);
    assertThat(read(rdma(device, ",'lkey':[1],'rkey':[]")).buffers()).hasSize(1);
    assertThat(read(rdma(device, "")).buffers()).hasSize(1);
    assertRefused(rdma(device, ",'lkey':[1,2],'rkey':[2]"), "buffers[0]", "1 remote keys");
    assertRefused(rdma(device, ",'lkey':[1,2],'rkey':[1,2]"), "2 remote keys for 1 devices");
    assertRefused(rdma(device, ",'lkey':['1'],'rkey':[2]"), "buffers[0].lkey");
    assertRefused(rdma(device, ",'lkey':[1],'rkey':{}"), "buffers[0].rkey");
    assertRefused(rdma("{'name':''," + GID + "}", ""), "devices[0].name");
    assertRefused(rdma("{'name':'mlx5_0'}", ""), "devices[0].gid");
    assertRefused(rdma("'mlx5_0'", ""), "devices[0]");
    String barex = rdma(device, ",'lkey':[1,2],'rkey':[3,4]").replace("rdma", "barex");
    assertThat(read(barex).buffers()).hasSize(1);
  }

  @Test
  void aBadPriorityMatrixIsNoReasonToRefuse() {
    ClassicDescriptor descriptor =
        read("{'name':'n','protocol':'rdma','priority_matrix':'nonsense'}");

    assertThat(descriptor.members().text("priority_matrix")).isEqualTo("nonsense");
  }

  @Test
  void entriesWithoutHandleArePassedOver() {
    String document =
        "{'name':'n','protocol':'nvlink','buffers':["
            + "{'addr':4096,'length':1,'name':'cuda:0','shm_name':''},"
            + "{'addr':8192,'length':1,'name':'cuda:0','shm_name':'AB'}]}";

    assertThat(read(document).buffers()).extracting(ClassicBuffer::address).containsExactly(8192L);
    assertRefused(document.replace("'addr':8192", "'addr':0"), "buffers[1].addr");
  }

  @Test
  void offsetsStartAtZero() {
    String document = "{'name':'n','protocol':'cxl','buffers':[{'length':5,'name':'n'}]}";

    assertThat(read(document).buffers())
        .extracting(ClassicBuffer::address, ClassicBuffer::length)
        .containsExactly(tuple(0L, 5L));
    assertRefused(document.replace("'name':'n'}", "'name':''}"), "buffers[0].name");
  }

  @Test
  void filesNeedAPathAndAnEnd() {
    String file = "{'length':9223372036854775807,'file_path':'/f'}";
    String document = "{'protocol':'nvmeof','buffers':[%s]}";

    assertThat(read(document.formatted(file)).buffers()).hasSize(1);
    assertRefused(document.formatted(file + "," + file), "buffers[1]", "2^63");
    assertRefused(document.formatted("{'length':1}"), "buffers[0].file_path");
    assertRefused(document.formatted("{'length':1,'file_path':{}}"), "buffers[0].file_path");
  }

  @Test
  void aProtocolThatIsNotKnownIsReadSoThatItCanBeNamed() {
    ClassicDescriptor descriptor =
        read("{'name':'n','protocol':'warp','buffers':[{'addr':1,'length':2,'speed':9}]}");

    assertThat(descriptor.protocols()).isEqualTo(List.of("warp"));
    assertThat(descriptor.buffers().get(0).members().integer("speed")).isEqualTo(9);
    assertRefused("{'name':'n','protocol':'warp','buffers':[{'file':'x'}]}", "buffers[0].length");
    assertRefused("{'name':'n','protocol':'warp','buffers':[{'length':2}]}", "buffers[0].addr");
  }

  @Test
  void everyBufferOfSeveralProtocolsNamesOneOfThem() {
    String document =
        "{'name':'n','protocol':['tcp','cxl'],'cxl_name':'/dev/dax0.0','buffers':["
            + "{'protocol':'cxl','name':'n','offset':0,'length':2},"
            + "{'protocol':'tcp','name':'n','addr':1,'length':2}]}";

    assertThat(read(document).buffers())
        .extracting(ClassicBuffer::protocol)
        .containsExactly("cxl", "tcp");
    assertRefused(document.replace("'protocol':'tcp','name'", "'name'"), "buffers[1].protocol");
    assertRefused(document.replace("'protocol':'tcp','name'", "'protocol':'hip','name'"), "hip");
    assertRefused(document.replace("'addr':1", "'offset':1"), "buffers[1].addr");
  }
}
