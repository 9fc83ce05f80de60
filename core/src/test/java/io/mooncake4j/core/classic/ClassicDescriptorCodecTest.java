package io.mooncake4j.core.classic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.spi.Attributes;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents of the golden tests were sent by real C++ Mooncake processes. */
class ClassicDescriptorCodecTest {
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 11, 22, 14, 38, 49, 575487000);

  private static final String TCP =
      "{\"buffers\":[{\"addr\":140361319645184,\"length\":16777216,\"name\":\"127.0.0.1:15326\"}],"
          + "\"name\":\"127.0.0.1:15326\",\"protocol\":\"tcp\",\"tcp_data_port\":16416,"
          + "\"tcp_proto_version\":2,\"timestamp\":\"2026-11-22 14:38:49.575487\"}\n";

  private static final String TCP_WITHOUT_BUFFERS =
      "{\"buffers\":[],\"name\":\"target_seg:12345\",\"protocol\":\"tcp\",\"tcp_data_port\":15701,"
          + "\"tcp_proto_version\":2,\"timestamp\":\"2026-11-22 14:39:47.616277\"}";

  private static final String RDMA =
      "{\"buffers\":[{\"addr\":140468180484096,\"length\":67108864,\"lkey\":[1004],"
          + "\"name\":\"cpu:0\",\"rkey\":[1004]}],\"devices\":["
          + "{\"gid\":\"00:00:00:00:00:00:00:00:00:00:ff:ff:c0:00:02:01\",\"lid\":0,"
          + "\"name\":\"rxe0\"}],\"name\":\"192.0.2.1:15766\",\"priority_matrix\":{"
          + "\"cpu:0\":[[\"rxe0\"],[]],\"cpu:1\":[[\"rxe0\"],[]],\"cuda:0\":[[\"rxe0\"],[]],"
          + "\"maca:0\":[[\"rxe0\"],[]],\"musa:0\":[[\"rxe0\"],[]]},\"protocol\":\"rdma\","
          + "\"tcp_data_port\":0,\"tcp_proto_version\":1,"
          + "\"timestamp\":\"2026-11-22 15:35:46.888772\"}\n";

  private static final String NVLINK =
      "{\"buffers\":[{\"addr\":140000000000000,\"length\":2097152,\"name\":\"cuda:0\","
          + "\"shm_name\":\"0A1B\"}],\"name\":\"n1:15001\",\"protocol\":\"nvlink\","
          + "\"tcp_data_port\":0,\"tcp_proto_version\":1,"
          + "\"timestamp\":\"2026-11-22 14:38:49.575487\"}\n";

  private static final String CXL =
      "{\"buffers\":[{\"length\":4096,\"name\":\"n1\",\"offset\":0}],"
          + "\"cxl_base_addr\":139000000000000,\"cxl_name\":\"/dev/dax0.0\",\"name\":\"n1\","
          + "\"protocol\":\"cxl\",\"tcp_data_port\":0,\"tcp_proto_version\":1,"
          + "\"timestamp\":\"2026-11-22 14:38:49.575487\"}\n";

  private static final String MULTIPLE =
      "{\"buffers\":[{\"addr\":140000000000000,\"length\":4096,\"name\":\"n1:15001\","
          + "\"protocol\":\"tcp\"},{\"addr\":141000000000000,\"length\":4096,\"name\":\"hip:0\","
          + "\"protocol\":\"hip\",\"shm_name\":\"AB\"}],\"name\":\"n1:15001\","
          + "\"protocol\":[\"tcp\",\"hip\"],\"tcp_data_port\":16001,\"tcp_proto_version\":2,"
          + "\"timestamp\":\"2026-11-22 14:38:49.575487\"}\n";

  private static ClassicDescriptor decode(String text) {
    return ClassicDescriptorCodec.decode("asked", text.getBytes(UTF_8));
  }

  private static String encode(ClassicDescriptor descriptor) {
    return new String(ClassicDescriptorCodec.encode(descriptor, TIME, true), UTF_8);
  }

  @Test
  void writesTheBytesThatCppWrites() {
    ClassicDescriptor descriptor =
        new ClassicDescriptor(
            "127.0.0.1:15326",
            List.of("tcp"),
            List.of(
                new ClassicBuffer(
                    "", "127.0.0.1:15326", 140361319645184L, 16777216, Attributes.emptyMap())),
            Attributes.map().put("tcp_data_port", 16416).put("tcp_proto_version", 2).build(),
            Attributes.emptyMap());

    assertThat(encode(descriptor)).isEqualTo(TCP);
    assertThat(decode(TCP)).isEqualTo(descriptor);
  }

  @Test
  void writesNoLineFeedForHttp() {
    ClassicDescriptor descriptor =
        new ClassicDescriptor(
            "target_seg:12345",
            List.of("tcp"),
            List.of(),
            Attributes.map().put("tcp_data_port", 15701).put("tcp_proto_version", 2).build(),
            Attributes.emptyMap());
    LocalDateTime time = LocalDateTime.of(2026, 11, 22, 14, 39, 47, 616277999);

    assertThat(ClassicDescriptorCodec.encode(descriptor, time, false))
        .asString()
        .isEqualTo(TCP_WITHOUT_BUFFERS);
  }

  @Test
  void writesPortAndVersionThoughNobodySetThem() {
    ClassicDescriptor descriptor =
        new ClassicDescriptor(
            "n", List.of("shm"), List.of(), Attributes.emptyMap(), Attributes.emptyMap());

    assertThat(encode(descriptor))
        .isEqualTo(
            "{\"buffers\":[],\"name\":\"n\",\"protocol\":\"shm\",\"tcp_data_port\":0,"
                + "\"tcp_proto_version\":1,\"timestamp\":\"2026-11-22 14:38:49.575487\"}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {TCP, TCP_WITHOUT_BUFFERS, RDMA, NVLINK, CXL, MULTIPLE})
  void readsAndWritesEveryForm(String document) {
    String time = document.substring(document.lastIndexOf("2026"), document.lastIndexOf('"'));

    byte[] again =
        ClassicDescriptorCodec.encode(
            decode(document), LocalDateTime.parse(time.replace(' ', 'T')), document.endsWith("\n"));

    assertThat(again).asString().isEqualTo(document);
  }

  @Test
  void readsKeysAndDevices() {
    ClassicDescriptor descriptor = decode(RDMA);

    assertThat(descriptor.name()).isEqualTo("192.0.2.1:15766");
    assertThat(descriptor.protocols()).containsExactly("rdma");
    ClassicBuffer buffer = descriptor.buffers().get(0);
    assertThat(buffer.name()).isEqualTo("cpu:0");
    assertThat(buffer.address()).isEqualTo(140468180484096L);
    assertThat(buffer.length()).isEqualTo(67108864);
    assertThat(buffer.members().list("rkey")).containsExactly(Attributes.of(1004));
    assertThat(descriptor.protocolOf(buffer)).isEqualTo("rdma");
    assertThat(descriptor.members().list("devices").get(0).text("name")).isEqualTo("rxe0");
    assertThat(descriptor.members().find("priority_matrix")).isPresent();
    assertThat(descriptor.members().find("timestamp")).isEmpty();
  }

  @Test
  void readsSeveralProtocols() {
    ClassicDescriptor descriptor = decode(MULTIPLE);

    assertThat(descriptor.protocols()).containsExactly("tcp", "hip");
    assertThat(descriptor.buffers())
        .extracting(descriptor::protocolOf)
        .containsExactly("tcp", "hip");
    assertThat(descriptor.buffers().get(1).members().text("shm_name")).isEqualTo("AB");
  }

  @Test
  void readsFilesOneBehindTheOther() {
    ClassicDescriptor descriptor =
        decode(
            "{\"server_name\":\"hostA\",\"protocol\":\"nvmeof\",\"buffers\":["
                + "{\"length\":1048576,\"file_path\":\"/data/f0\","
                + "\"local_path_map\":{\"hostA\":\"/data/f0\",\"hostB\":\"/mnt/f0\"}},"
                + "{\"length\":10,\"file_path\":\"/data/f1\",\"local_path_map\":{}}]}");

    assertThat(descriptor.name()).isEmpty();
    assertThat(descriptor.members().text("server_name")).isEqualTo("hostA");
    assertThat(descriptor.buffers())
        .extracting(ClassicBuffer::address)
        .containsExactly(0L, 1048576L);
    assertThat(descriptor.buffers())
        .extracting(ClassicBuffer::name)
        .containsExactly("/data/f0", "/data/f1");
    assertThat(
            descriptor
                .buffers()
                .get(0)
                .members()
                .find("local_path_map")
                .orElseThrow()
                .text("hostB"))
        .isEqualTo("/mnt/f0");
    assertThat(decode(encode(descriptor)).buffers()).isEqualTo(descriptor.buffers());
  }

  @Test
  void carriesTheExtensionForJavaPeers() {
    Attributes extension =
        Attributes.map()
            .put("version", 1)
            .put("greatest", -1)
            .put("transports", Attributes.map().put("shm", Attributes.emptyMap()).build())
            .build();
    ClassicDescriptor descriptor =
        new ClassicDescriptor("n:1", List.of(), List.of(), Attributes.emptyMap(), extension);

    String text = encode(descriptor);

    assertThat(text)
        .contains(
            "\"mooncake4j\":{\"greatest\":18446744073709551615,"
                + "\"transports\":{\"shm\":{}},\"version\":1},\"name\":\"n:1\",\"protocol\":\"\"");
    ClassicDescriptor read = decode(text);
    assertThat(read.extension()).isEqualTo(extension);
    assertThat(read.protocols()).isEmpty();
    assertThat(read.members().find("mooncake4j")).isEmpty();
  }

  @Test
  void keepsAddressesAboveTwoToThe63() {
    ClassicDescriptor descriptor =
        new ClassicDescriptor(
            "n",
            List.of("tcp"),
            List.of(
                new ClassicBuffer("", "n", 0xFFFF_FFFF_FFFF_F000L, 4096, Attributes.emptyMap())),
            Attributes.emptyMap(),
            Attributes.emptyMap());

    assertThat(encode(descriptor)).contains("\"addr\":18446744073709547520,\"length\":4096");
    assertThat(decode(encode(descriptor)).buffers()).isEqualTo(descriptor.buffers());
  }

  @Test
  void tenThousandRegionsStayBelowTheDefaultHandshakeLimit() {
    List<ClassicBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      buffers.add(
          new ClassicBuffer(
              "", "127.0.0.1:15326", 140361319645184L + i * 8192L, 4096, Attributes.emptyMap()));
    }
    ClassicDescriptor descriptor =
        new ClassicDescriptor(
            "127.0.0.1:15326",
            List.of("tcp"),
            buffers,
            Attributes.map().put("tcp_data_port", 16416).put("tcp_proto_version", 2).build(),
            Attributes.emptyMap());

    byte[] text = ClassicDescriptorCodec.encode(descriptor, TIME, true);

    assertThat(text.length).isBetween(640_000, 680_000).isLessThan(1 << 20);
    assertThat(ClassicDescriptorCodec.decode("n", text).buffers()).isEqualTo(buffers);
  }

  @ParameterizedTest
  @CsvSource({
    "tcp,VIRTUAL",
    "rdma,VIRTUAL",
    "hip,VIRTUAL",
    "cxl,DEVICE_OFFSET",
    "nvmeof,FILE_OFFSET",
    "never-heard-of,VIRTUAL"
  })
  void knowsTheAddressSpaceOfAProtocol(String protocol, AddressSpace expected) {
    assertThat(ClassicDescriptor.space(protocol)).isEqualTo(expected);
  }
}
