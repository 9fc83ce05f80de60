package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.core.classic.HandshakeMessages;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.segment.LocalSegment;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who answers a peer's Connection. */
class PeerRequestsTest {
  /** Has something to say at handshakes only. */
  private record Listener(Advertisement advertisement, UnaryOperator<Attributes> answer)
      implements Transport {
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
      if (advertisement == null) {
        throw new IllegalStateException("cannot advertise");
      }
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
      return answer.apply(request);
    }

    @Override
    public void release(Peer peer) {}

    @Override
    public void close() {}
  }

  private final List<InstalledTransport> transports = new ArrayList<>();

  private LocalSegment segment() {
    return new LocalSegment("here:1", transports, null, 1 << 20, "limit");
  }

  private static Attributes nobody(Attributes request) {
    throw new AssertionError("asked for " + request);
  }

  private void install(Advertisement advertisement, UnaryOperator<Attributes> answer) {
    TransportDescription description =
        new TransportDescription(
            "1",
            "Answers.",
            Set.of("cpu"),
            AddressSpace.VIRTUAL,
            100,
            Set.of(TransportFeature.REMOTE_PROCESS),
            TransportLimits.NONE,
            List.of(),
            Set.of(),
            Optional.empty());
    int index = transports.size();
    transports.add(
        InstalledTransport.of(
            index, "t" + index, description, new Listener(advertisement, answer)));
  }

  private static Advertisement says(Set<String> nics, Set<String> payloadKinds) {
    return new Advertisement(Attributes.emptyMap(), Attributes.emptyMap(), nics, payloadKinds);
  }

  private static UnaryOperator<Attributes> answers(String payload) {
    return request -> Attributes.map().put(HandshakeMessages.PAYLOAD, payload).build();
  }

  private PeerRequests requests() {
    return new PeerRequests(segment(), transports, new NotificationQueue(1));
  }

  private static Attributes asking(String nicPath, String payload) {
    return HandshakeMessages.connection(
        Attributes.map()
            .put(HandshakeMessages.PEER_NIC_PATH, nicPath)
            .put(HandshakeMessages.PAYLOAD, payload)
            .build());
  }

  private String answer(String nicPath, String payload) {
    return requests().connection(asking(nicPath, payload)).text(HandshakeMessages.PAYLOAD);
  }

  @Test
  void theTransportThatPublishedTheNicAnswers() {
    install(says(Set.of("mlx5_0"), Set.of()), PeerRequestsTest::nobody);
    install(says(Set.of("mlx5_1", "mlx5_2"), Set.of()), answers("second"));

    assertThat(answer("here:1@mlx5_1", "")).isEqualTo("second");
    assertThat(answer("here:1@mlx5_2", "")).isEqualTo("second");
    assertThat(answer("mlx5_2", "")).isEqualTo("second");
  }

  @Test
  void theTransportOfThePayloadKindAnswers() {
    install(says(Set.of("mlx5_0"), Set.of("other")), PeerRequestsTest::nobody);
    install(says(Set.of(), Set.of("mine")), answers("second"));
    install(says(Set.of(), Set.of("mine")), PeerRequestsTest::nobody);

    assertThat(answer("", "mine:1:2")).isEqualTo("second");
    assertThat(answer("", "mine")).isEqualTo("second");
    assertThat(answer("here:1@unknown", "mine:")).isEqualTo("second");
  }

  @Test
  void theNicDecidesBeforeThePayloadWhateverTheRank() {
    install(says(Set.of(), Set.of("mine")), answers("payload"));
    install(says(Set.of("mlx5_0"), Set.of()), answers("nic"));

    assertThat(answer("here:1@mlx5_0", "mine:1")).isEqualTo("nic");
    assertThat(answer("here:1@mlx5_1", "mine:1")).isEqualTo("payload");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@", "here:1@", "here:1@mlx5", "mlx5_0@other"})
  void withNeitherTheAnswerIsEmpty(String nicPath) {
    install(says(Set.of("mlx5_0"), Set.of("mine")), PeerRequestsTest::nobody);

    for (String payload : List.of("", ":", "min:e", "mines:1", ":mine")) {
      assertThat(requests().connection(asking(nicPath, payload)))
          .isEqualTo(HandshakeMessages.emptyConnection());
    }
  }

  @Test
  void emptyNamesMatchNothingEvenWhenPublished() {
    install(says(Set.of(""), Set.of("")), PeerRequestsTest::nobody);

    assertThat(requests().connection(asking("here:1@", "")))
        .isEqualTo(HandshakeMessages.emptyConnection());
  }

  @Test
  void aTransportThatCannotAdvertiseLeavesTheOthersReachable() {
    install(null, PeerRequestsTest::nobody);
    install(says(Set.of("mlx5_0"), Set.of()), answers("second"));

    assertThat(answer("here:1@mlx5_0", "")).isEqualTo("second");
  }

  @Test
  void theWholeRequestReachesTheTransportAndItsAnswerHasAllMembers() {
    List<Attributes> got = new ArrayList<>();
    install(
        says(Set.of("mlx5_0"), Set.of()),
        request -> {
          got.add(request);
          return Attributes.map().put(HandshakeMessages.LOCAL_LID, 7).put("more", "kept").build();
        });
    Attributes request = asking("here:1@mlx5_0", "any:thing");

    Attributes answer = requests().connection(request);

    assertThat(got).containsExactly(request);
    assertThat(answer)
        .isEqualTo(
            Attributes.map()
                .putAll(HandshakeMessages.emptyConnection())
                .put(HandshakeMessages.LOCAL_LID, 7)
                .put("more", "kept")
                .build());
  }

  @Test
  void entriesAreListedByTheEngineItself() {
    install(says(Set.of("mlx5_0"), Set.of("mooncake4j-entries")), PeerRequestsTest::nobody);
    LocalSegment local = segment();
    Region region =
        Region.device(1, 0x1000, 64, Location.ANY, true, PeerRequestsTest.class, closed -> {});
    local.add(Map.of(region, List.of(List.of(PublishedEntry.of(0x1000, 64)))));
    PeerRequests requests = new PeerRequests(local, transports, new NotificationQueue(1));

    String listed =
        requests.connection(asking("", "mooncake4j-entries:t0:0")).text(HandshakeMessages.PAYLOAD);

    assertThat(listed)
        .startsWith("{\"entries\":[{\"address\":4096,\"length\":64,")
        .contains("\"next\":0,\"version\":");
    assertThatThrownBy(() -> requests.connection(asking("", "mooncake4j-entries:t0:first")))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED));
  }

  @Test
  void aTransportRefusesByItsException() {
    MooncakeException refusal =
        new MooncakeException(ErrorCode.REJECTED_HANDSHAKE, "not for strangers");
    install(
        says(Set.of("mlx5_0"), Set.of("mine")),
        request -> {
          throw refusal;
        });
    install(says(Set.of("mlx5_0"), Set.of("mine")), PeerRequestsTest::nobody);

    assertThatThrownBy(() -> answer("here:1@mlx5_0", "")).isSameAs(refusal);
    assertThatThrownBy(() -> answer("", "mine:1")).isSameAs(refusal);
  }

  @Test
  void notificationsAreRefusedWhenNobodyTakesThem() {
    PeerRequests requests = requests();

    assertThat(requests.notify(new Notification("a", "1"))).isTrue();
    assertThat(requests.notify(new Notification("b", "2"))).isFalse();
  }
}
