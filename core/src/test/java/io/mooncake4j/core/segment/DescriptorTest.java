package io.mooncake4j.core.segment;

import static io.mooncake4j.spi.TransportFeature.REMOTE_PROCESS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.ClassicDescriptorCodec;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.ClassicForm;
import io.mooncake4j.spi.ClassicForm.BufferName;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The descriptor that an engine publishes, byte for byte. */
class DescriptorTest {
  /** Says the same to every peer and does nothing. */
  private record Speaker(Advertisement advertisement) implements Transport {
    @Override
    public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
      return List.of();
    }

    @Override
    public void withdraw(List<LocalRegion> regions) {}

    @Override
    public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
      return Quiescence.QUIET;
    }

    @Override
    public Advertisement advertise() {
      return advertisement;
    }

    @Override
    public long maxSliceBytes() {
      return 1;
    }

    @Override
    public void submit(Slice[] slices, int from, int to) {}

    @Override
    public void cancel(Slice slice, ErrorCode reason) {}

    @Override
    public Attributes accept(Attributes request) {
      return request;
    }

    @Override
    public void release(Peer peer) {}

    @Override
    public void close() {}
  }

  private static InstalledTransport transport(
      int index, String name, ClassicForm form, Attributes classic, Attributes extension) {
    return transport(
        index, name, form, classic, extension, new TransportFeature[] {REMOTE_PROCESS});
  }

  private static InstalledTransport transport(
      int index,
      String name,
      ClassicForm form,
      Attributes classic,
      Attributes extension,
      TransportFeature[] features) {
    TransportDescription description =
        new TransportDescription(
            "1",
            "Speaks.",
            Set.of("cpu"),
            AddressSpace.VIRTUAL,
            100,
            Set.of(features),
            TransportLimits.NONE,
            List.of(),
            Set.of(),
            Optional.ofNullable(form));
    return InstalledTransport.of(
        index,
        name,
        description,
        new Speaker(new Advertisement(classic, extension, Set.of(), Set.of())));
  }

  private static InstalledTransport network() {
    return transport(
        0,
        "net",
        new ClassicForm("tcp", BufferName.SEGMENT, 0),
        Attributes.map().put("tcp_data_port", 16001).put("tcp_proto_version", 2).build(),
        Attributes.map().put("features", Attributes.ofTexts(List.of("fast"))).build());
  }

  private static Region region(long address, long length) {
    return Region.device(
        1, address, length, Location.cpu(0), true, DescriptorTest.class, closed -> {});
  }

  private static String text(LocalSegment segment) {
    return new String(segment.encoded(), UTF_8)
        .replaceAll("\"timestamp\":\"[-0-9: .]{26}\"", "\"timestamp\":\"T\"")
        .replaceAll("\"engine\":\"[-0-9a-f]{36}\"", "\"engine\":\"E\"");
  }

  private static List<PublishedEntry> entry(long address, long length) {
    return List.of(PublishedEntry.of(address, length));
  }

  @Test
  void anEngineOfOneTransportShowsItsBuffersOnce() {
    InstalledTransport net = network();
    LocalSegment segment = new LocalSegment("10.0.0.1:12001", List.of(net), net, 1 << 20, "limit");
    segment.add(Map.of(region(0x7f0000000000L, 4096), List.of(entry(0x7f0000000000L, 4096))));

    assertThat(text(segment))
        .isEqualTo(
            "{\"buffers\":[{\"addr\":139637976727552,\"length\":4096,\"name\":\"10.0.0.1:12001\"}],"
                + "\"mooncake4j\":{\"engine\":\"E\",\"spi\":\"0.1.0\",\"transports\":{"
                + "\"net\":{\"attributes\":{\"features\":[\"fast\"]},\"entries\":\"classic\"}},"
                + "\"version\":1},"
                + "\"name\":\"10.0.0.1:12001\",\"protocol\":\"tcp\","
                + "\"tcp_data_port\":16001,\"tcp_proto_version\":2,\"timestamp\":\"T\"}\n");
  }

  @Test
  void entriesThatDifferAreNotInTheDescriptorAndOthersKeepTheirMembersToThemselves() {
    InstalledTransport net = network();
    InstalledTransport local =
        transport(
            1,
            "local",
            new ClassicForm("shm", BufferName.LOCATION, -1),
            Attributes.map().put("private", 1).put("tcp_data_port", 16001).build(),
            Attributes.emptyMap());
    LocalSegment segment = new LocalSegment("n", List.of(net, local), net, 1 << 20, "limit");
    Region region = region(4096, 10);
    segment.add(Map.of(region, List.of(entry(4096, 10), entry(4096, 4096))));

    assertThat(text(segment))
        .contains("\"local\":{\"attributes\":{},\"entries\":\"request\"}")
        .contains("\"net\":{\"attributes\":{\"features\":[\"fast\"]},\"entries\":\"classic\"}")
        .contains("\"buffers\":[{\"addr\":4096,\"length\":10,\"name\":\"n\"}]")
        .doesNotContain("private");
    assertThat(segment.entriesOf("local").entries()).hasSize(1);
    assertThat(segment.entriesOf("local").entries().get(0).length()).isEqualTo(4096);
    assertThat(segment.entriesOf("local").entries().get(0).name()).isEqualTo("cpu:0");

    segment.remove(List.of(region));
    assertThat(text(segment)).contains("\"buffers\":[]").doesNotContain("request");
  }

  @Test
  void whatOnlyThisEngineCanUseIsShownToNobody() {
    InstalledTransport net = network();
    InstalledTransport own =
        transport(
            1,
            "own",
            null,
            Attributes.map().put("tcp_data_port", 1).build(),
            Attributes.emptyMap(),
            new TransportFeature[] {TransportFeature.SELF});
    LocalSegment segment = new LocalSegment("n", List.of(net, own), net, 1 << 20, "limit");
    segment.add(Map.of(region(4096, 10), List.of(entry(4096, 10), entry(4096, 10))));

    assertThat(text(segment)).doesNotContain("own").contains("\"tcp_data_port\":16001");
    assertThat(segment.entriesOf("own").entries()).hasSize(1);
    assertThatThrownBy(() -> EntryExchange.answer("own:0", segment))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("has no transport own");
  }

  @Test
  void whatIsPublishedIsWhatPeersDecode() {
    InstalledTransport net = network();
    LocalSegment segment = new LocalSegment("n", List.of(net), net, 1 << 20, "limit");
    segment.add(Map.of(region(-4096, 4096), List.of(entry(-4096, 4096))));

    ClassicDescriptor decoded = ClassicDescriptorCodec.decode("n", segment.encoded());

    assertThat(decoded).isEqualTo(segment.descriptor());
  }

  @Test
  void anEngineThatCppCannotReadStillHasADescriptor() {
    InstalledTransport own =
        transport(0, "own", null, Attributes.emptyMap(), Attributes.emptyMap());
    LocalSegment segment = new LocalSegment("n", List.of(own), null, 1 << 20, "limit");
    segment.add(Map.of(region(4096, 10), List.of(entry(4096, 10))));

    assertThat(text(segment))
        .isEqualTo(
            "{\"buffers\":[],\"mooncake4j\":{\"engine\":\"E\",\"spi\":\"0.1.0\",\"transports\":{"
                + "\"own\":{\"attributes\":{},\"entries\":\"request\"}},\"version\":1},"
                + "\"name\":\"n\",\"protocol\":\"none\",\"tcp_data_port\":0,"
                + "\"tcp_proto_version\":1,\"timestamp\":\"T\"}\n");
    assertThat(ClassicDescriptorCodec.decode("n", segment.encoded()).extension())
        .isEqualTo(segment.descriptor().extension());
  }
}
