package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that wait for each answer share a thread, and whoever misbehaves does not hold it up. */
@Timeout(60)
class TcpServeLoopTest extends ServedRegion {
  /** How many sessions have threads of their own. */
  private static long ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("mooncake-tcp-serve-") && !name.contains("-loop-"))
        .count();
  }

  private void exchange(RawClient client, int place) throws IOException {
    long address = region.address() + place * 1000L;
    client.send(RawClient.write(address, WRITE, filled(1000, place)));
    assertThat(client.receive(8)).isEqualTo(RawClient.OK);
    client.send(RawClient.header(1000, address, READ));
    assertThat(client.receive(8)).isEqualTo(RawClient.OK);
    assertThat(client.receive(1000)).isEqualTo("%02x".formatted(place & 0xff).repeat(1000));
  }

  @Test
  void peersThatWaitForEachAnswerTakeNoThreads() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        clients.add(new RawClient(target));
      }
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < clients.size(); i++) {
          exchange(clients.get(i), i);
        }
      }
      assertThat(ownThreads()).isZero();
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aPeerThatSendsMoreBeforeTheAnswerGetsAThreadAndGoesOn() throws IOException {
    try (RawClient eager = new RawClient(target);
        RawClient other = new RawClient(target)) {
      exchange(eager, 1);
      exchange(other, 2);
      for (int round = 0; round < 3; round++) {
        eager.send(
            RawClient.write(region.address(), WRITE, filled(10, 7)),
            RawClient.header(10, region.address(), READ));
        assertThat(eager.receive(8)).isEqualTo(RawClient.OK);
        assertThat(eager.receive(18)).isEqualTo(RawClient.OK + "07".repeat(10));
        exchange(other, 3);
      }
      exchange(eager, 4);
      assertThat(ownThreads()).isEqualTo(1);
    }
  }

  @Test
  void longRequestsAreServedAside() throws IOException {
    try (RawClient client = new RawClient(target)) {
      exchange(client, 1);
      client.send(RawClient.write(region.address(), WRITE, filled(1 << 20, 5)));
      assertThat(client.receive(8)).isEqualTo(RawClient.OK);
      memory.assertHolds(0, filled(1 << 20, 5), "written");
      exchange(client, 2);
      assertThat(ownThreads()).isEqualTo(1);
    }
  }

  @Test
  void whoStopsInTheMiddleOfARequestHoldsNobodyUp() throws IOException {
    byte[] request = RawClient.write(region.address(), WRITE, filled(100_000, 9));
    try (RawClient inHeader = new RawClient(target);
        RawClient inPayload = new RawClient(target);
        RawClient other = new RawClient(target)) {
      inHeader.send(Arrays.copyOf(request, 5));
      inPayload.send(Arrays.copyOf(request, 60_000));
      for (int i = 0; i < 20; i++) {
        exchange(other, 200 + i);
      }
      inHeader.send(Arrays.copyOfRange(request, 5, 24), Arrays.copyOfRange(request, 24, 30_000));
      exchange(other, 199);
      inPayload.send(Arrays.copyOfRange(request, 60_000, request.length));
      assertThat(inPayload.receive(8)).isEqualTo(RawClient.OK);
      inHeader.send(Arrays.copyOfRange(request, 30_000, request.length));
      assertThat(inHeader.receive(8)).isEqualTo(RawClient.OK);
      memory.assertHolds(0, filled(100_000, 9), "written");
    }
  }

  @Test
  void whoDoesNotReadItsAnswersHoldsNobodyUp() throws Exception {
    int length = 200_000;
    try (RawClient deaf = new RawClient(target);
        RawClient other = new RawClient(target)) {
      // One at a time, so that each comes by itself: until the answers fill the buffers.
      for (int i = 0; i < 100; i++) {
        deaf.send(RawClient.header(length, region.address(), READ));
        exchange(other, i);
      }
      exchange(other, 1);
      byte[] expected = memory.bytes(0, length);
      for (int i = 0; i < 100; i++) {
        assertThat(deaf.receive(8)).isEqualTo(RawClient.OK);
        assertThat(deaf.receive(length)).hasSize(2 * expected.length);
      }
    }
  }

  @Test
  void aRefusedPeerIsToldAndLeavesTheOthersAlone() throws IOException {
    try (RawClient bad = new RawClient(target);
        RawClient other = new RawClient(target)) {
      exchange(other, 1);
      exchange(bad, 2);
      bad.send(RawClient.header(8, region.address() + BYTES, READ));
      assertThat(bad.receive(8)).isEqualTo(RawClient.REJECTED);
      assertThat(bad.isAtEnd()).isTrue();
      exchange(other, 3);
    }
  }
}
