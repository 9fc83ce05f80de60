package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that are not there, say nothing, or say nonsense: one clear error each, and nobody else
 * suffers.
 */
class BadPeersTest {
  private static final String SECTION =
      "{\"engine\":\"e\",\"transports\":{\"sim-virtual\":{\"attributes\":{\"node\":\"n\"},"
          + "\"entries\":\"%s\"}},\"version\":1}";

  private final SilentLog log = new SilentLog();
  private final TestEngines engines = new TestEngines();
  private FakePeer peer;
  private TransferEngine here;
  private MemoryRegion local;

  @BeforeEach
  void start() {
    peer = new FakePeer();
    here = engines.start("sim-virtual");
    local = here.allocate(4096);
  }

  @AfterEach
  void close() {
    peer.close();
    engines.close();
    log.close();
  }

  private TransferEngine impatient() {
    return engines.start(
        engines
            .with("sim-virtual")
            .option("mooncake.handshake.connect-timeout", "1s")
            .option("mooncake.handshake.timeout", "500ms"));
  }

  private static String descriptor(String buffers, String extension) {
    return "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"buffers\":"
        + buffers
        + (extension.isEmpty() ? "" : ",\"mooncake4j\":" + extension)
        + "}";
  }

  private void assertOthersAreServed() {
    TransferEngine there = engines.start("sim-virtual");
    there.allocate(16);
    RemoteBuffer remote = TestEngines.only(here, there);
    Batch batch = here.newBatch(1);
    batch.submit(List.of(TransferRequest.read(local, 0, remote, 0, 16)));
    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.status()).isEqualTo(TransferStatus.COMPLETED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "\"text\"",
        "{}",
        "{\"name\":\"n\"}",
        "{\"name\":7,\"protocol\":\"simvirtual\"}",
        "{\"name\":\"n\",\"protocol\":{}}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"buffers\":{}}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"buffers\":[7]}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"buffers\":[{\"name\":\"b\",\"addr\":1}]}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"buffers\":[{\"name\":\"b\",\"addr\":\"1\",\"length\":1}]}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"buffers\":[{\"name\":\"b\",\"addr\":1,\"length\":-1}]}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"tcp_data_port\":70000}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"mooncake4j\":[]}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"mooncake4j\":{\"transports\":7}}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"mooncake4j\":{\"transports\":{\"sim-virtual\":7}}}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"mooncake4j\":{\"transports\":{\"sim-virtual\":{\"entries\":1}}}}",
        "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"mooncake4j\":{\"transports\":{\"sim-virtual\":{\"entries\":\"classic\",\"attributes\":[]}}}}"
      })
  void aMalformedDescriptorIsOneErrorAndLeavesTheSegmentUnknown(String descriptor) {
    peer.descriptor = descriptor;

    assertCode(ErrorCode.MALFORMED, () -> here.openSegment(peer.name()));

    assertThat(here.metrics().value("engine.segments")).isZero();
    assertOthersAreServed();
  }

  @Test
  void aPeerThatIsStillStartingHasNoDescriptorYet() {
    assertCode(ErrorCode.METADATA, () -> here.openSegment(peer.name()));
  }

  @Test
  void wrongAttributesOfATransportFailItsRequestsAlone() {
    peer.descriptor =
        descriptor(
            "[{\"name\":\"b\",\"addr\":4096,\"length\":4096}]",
            "{\"engine\":\"e\",\"transports\":{\"sim-virtual\":{\"attributes\":{\"node\":7},"
                + "\"entries\":\"classic\"}}}");
    RemoteBuffer remote = here.openSegment(peer.name()).buffers().get(0);
    Batch batch = here.newBatch(1);

    batch.submit(List.of(TransferRequest.read(local, 0, remote, 0, 16)));

    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.MALFORMED);
    assertOthersAreServed();
  }

  @Test
  void aDescriptorBeyondTheLimitIsNotRead() {
    peer.descriptor = "{\"name\":\"" + "x".repeat(1 << 20) + "\"}";

    assertCode(ErrorCode.LIMIT_EXCEEDED, () -> here.openSegment(peer.name()));
    assertOthersAreServed();
  }

  @Test
  void nobodyThereIsASocketErrorByTheDeadline() {
    String nobody = "127.0.0.1:" + FreePorts.one();

    assertCode(ErrorCode.SOCKET, () -> here.openSegment(nobody));
    assertCode(ErrorCode.SOCKET, () -> here.notify(nobody, new Notification("n", "m")));
    assertThat(here.probe(nobody)).isEqualTo(Liveness.UNREACHABLE);
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> here.openSegment("///"));
    assertOthersAreServed();
  }

  @Test
  void aPeerThatSaysNothingIsGivenUpAtTheDeadline() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      TransferEngine engine = impatient();
      String name = "127.0.0.1:" + silent.getLocalPort();
      long start = System.nanoTime();
      assertCode(ErrorCode.TIMEOUT, () -> engine.openSegment(name));
      assertThat(engine.probe(name)).isEqualTo(Liveness.UNREACHABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aPeerThatDiesIsAnErrorAndForgottenAndFoundAgain() {
    peer.descriptor =
        descriptor(
            "[{\"name\":\"b\",\"addr\":4096,\"length\":4096}]", SECTION.formatted("classic"));
    Segment segment = here.openSegment(peer.name());
    peer.close();
    Batch batch = here.newBatch(1);
    batch.submit(List.of(TransferRequest.read(local, 0, segment.buffers().get(0), 0, 16)));

    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.failure(0).code()).isEqualTo(ErrorCode.SOCKET);
    Await.until(() -> here.metrics().value("engine.segments") == 0, "the dead peer is forgotten");
    assertThatThrownBy(segment::refresh).isInstanceOf(MooncakeException.class);
    assertThat(segment.buffers()).hasSize(1);

    try (FakePeer again = new FakePeer(peer.port())) {
      again.descriptor = peer.descriptor;
      assertThat(here.openSegment(again.name()).buffers()).hasSize(1);
      segment.refresh();
    }
  }

  @Test
  void listingsThatNeverEndOrLeadNowhereAreRefused() {
    TransferEngine engine = impatient();
    peer.descriptor = descriptor("[]", SECTION.formatted("request"));
    peer.onConnection = request -> listing("[]", 1);
    assertCode(ErrorCode.MALFORMED, () -> engine.openSegment(peer.name()));

    peer.onConnection = request -> listing("[]", 0);
    assertThat(engine.openSegment(peer.name()).buffers()).isEmpty();
    Segment segment = engine.openSegment(peer.name());

    peer.onConnection =
        request -> listing("[{\"address\":1,\"length\":1,\"name\":\"b\"}]", from(request) + 1);
    // One entry a page, for ever: the time for all pages together is bounded.
    assertCode(ErrorCode.TIMEOUT, segment::refresh);

    peer.onConnection = request -> listing("[{\"address\":-1,\"length\":2,\"name\":\"b\"}]", 0);
    assertCode(ErrorCode.MALFORMED, segment::refresh);
    peer.onConnection = request -> Attributes.map().put("payload", "[[[").build();
    assertCode(ErrorCode.MALFORMED, segment::refresh);
    peer.onConnection =
        request -> {
          throw new MooncakeException(ErrorCode.INTERNAL, "not in the mood");
        };
    assertCode(ErrorCode.REJECTED_HANDSHAKE, segment::refresh);
    assertThat(segment.buffers()).isEmpty();
  }

  private static int from(Attributes request) {
    String payload = request.text("payload");
    return Integer.parseInt(payload.substring(payload.lastIndexOf(':') + 1));
  }

  private static Attributes listing(String entries, int next) {
    return Attributes.map()
        .put("payload", "{\"entries\":" + entries + ",\"next\":" + next + ",\"version\":1}")
        .build();
  }

  @Test
  void oneTransportsMissingEntriesHideNoOther() {
    TransferEngine both = engines.start("sim-virtual,sim-handle");
    peer.descriptor =
        descriptor(
            "[{\"name\":\"b\",\"addr\":4096,\"length\":4096}]",
            "{\"engine\":\"e\",\"transports\":{\"sim-virtual\":{\"entries\":\"classic\"},"
                + "\"sim-handle\":{\"entries\":\"request\"}}}");
    peer.onConnection =
        request -> {
          throw new MooncakeException(ErrorCode.INTERNAL, "not in the mood");
        };

    Segment segment = both.openSegment(peer.name());

    assertThat(segment.transports()).containsExactly("sim-virtual");
    peer.onConnection = request -> listing("[{\"address\":4096,\"length\":9,\"name\":\"b\"}]", 0);
    segment.refresh();
    assertThat(segment.transports()).containsExactly("sim-handle", "sim-virtual");
  }

  @Test
  void aRequestWaitsForASilentPeerNoLongerThanItsOwnDeadline() {
    peer.descriptor =
        descriptor(
            "[{\"name\":\"b\",\"addr\":4096,\"length\":4096}]", SECTION.formatted("classic"));
    Segment segment = here.openSegment(peer.name());
    CountDownLatch never = new CountDownLatch(1);
    peer.onMetadata = () -> waitFor(never);
    Batch batch = here.newBatch(1);
    long start = System.nanoTime();
    batch.submit(
        List.of(
            TransferRequest.raw(OpCode.READ, local, 0, segment, AddressSpace.VIRTUAL, 1 << 20, 16)
                .within(Duration.ofMillis(50))));

    assertThat(batch.await(TestEngines.SOON)).isTrue();
    assertThat(batch.status()).isEqualTo(TransferStatus.TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertOthersAreServed();
    never.countDown();
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      // The fake peer is being closed.
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void refusedNotificationsAreTold() {
    peer.takesNotifications = false;

    assertCode(
        ErrorCode.REJECTED_HANDSHAKE, () -> here.notify(peer.name(), new Notification("n", "m")));
    assertThat(here.probe(peer.name())).isEqualTo(Liveness.ALIVE);
  }
}
