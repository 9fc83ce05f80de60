package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.SegmentDocument;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Some of many pipelined requests are refused: those fail, with the peer's refusal, and no others,
 * be their ranges side by side or apart.
 */
@Tag("slow")
class TcpRejectionTest {
  private static final int REQUESTS = 24;

  /** A reset overtakes an answer once in some ten thousand times. */
  private static final int MOST_LOST = 3;

  private static final List<Set<Integer>> REFUSED =
      List.of(
          Set.of(0),
          Set.of(11),
          Set.of(REQUESTS - 1),
          Set.of(5, 6),
          Set.of(0, 12, REQUESTS - 1),
          Set.of(1, 3, 5, 7, 9));

  private enum Kind {
    READS,
    WRITES,
    BOTH
  }

  private record Pipeline(Kind kind, int size, int gap) {
    int step() {
      return size + gap;
    }

    long at(int number) {
      return (long) number * step();
    }

    OpCode opcode(int number) {
      boolean read = kind == Kind.READS || (kind == Kind.BOTH && number % 2 == 0);
      return read ? OpCode.READ : OpCode.WRITE;
    }
  }

  static Stream<Pipeline> pipelines() {
    List<Pipeline> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int gap : new int[] {0, 24}) {
        all.add(new Pipeline(kind, 100, gap));
        all.add(new Pipeline(kind, 9_999, gap));
      }
    }
    all.add(new Pipeline(Kind.BOTH, 200_000, 24));
    return all.stream();
  }

  /** What the server has not registered it refuses. */
  @ParameterizedTest
  @MethodSource("pipelines")
  void byOurServer(Pipeline pipeline) {
    int bytes = REQUESTS * pipeline.step();
    for (Set<Integer> refused : REFUSED) {
      try (TcpPair pair = new TcpPair(1, TcpOptions.CONNECTIONS.key(), "1")) {
        TestMemory here = pair.memory(bytes);
        TestMemory there = pair.memory(bytes);
        here.fill(1);
        there.fill(2);
        for (int i = 0; i < REQUESTS; i++) {
          if (!refused.contains(i)) {
            long address = there.address() + pipeline.at(i);
            pair.target.register(TestMemory.of(address, pipeline.size(), there));
          }
        }
        TestRegion local = pair.initiator.register(here);
        RemoteEntry entry = new RemoteEntry("all", there.address(), bytes, Attributes.emptyMap());
        TestPeer peer = pair.initiator.open(claiming(pair.target.document(), entry));
        TestSlice[] slices = new TestSlice[REQUESTS];
        Arrays.setAll(
            slices,
            i ->
                pair.initiator.slice(
                    pipeline.opcode(i),
                    local,
                    pipeline.at(i),
                    peer,
                    entry,
                    there.address() + pipeline.at(i),
                    pipeline.size()));
        pair.initiator.submit(slices);
        assertOutcome(slices, refused, pipeline, here, () -> there.bytes(0, bytes));
      }
    }
  }

  private static EngineNode claiming(SegmentDocument own, RemoteEntry entry) {
    return EngineNode.of(
        new SegmentDocument(
            own.segmentName(),
            own.host(),
            own.fromJava(),
            own.classic(),
            own.extension(),
            List.of(entry)));
  }

  /**
   * A server like that of C++ closes the connection behind its refusal, with requests unread. What
   * its kernel has not sent by then is lost, so that nothing but reads may stand behind the payload
   * of reads.
   */
  @ParameterizedTest
  @MethodSource("pipelines")
  void byAServerThatClosesWithRequestsUnread(Pipeline pipeline) {
    for (Set<Integer> refused : REFUSED) {
      int lost = 0;
      while (!isToldApart(pipeline, refused)) {
        assertThat(++lost).as("answers lost in %s", pipeline).isLessThan(MOST_LOST);
      }
    }
  }

  /** False when a reset has overtaken a write's answer, which kernels allow, and is rare. */
  private static boolean isToldApart(Pipeline pipeline, Set<Integer> refused) {
    byte[] there = TestMemory.pattern(2, 0, REQUESTS * pipeline.step());
    SequentialPeer peer =
        new SequentialPeer(
            there,
            address -> refused.contains((int) ((address - ScriptedServer.BASE) / pipeline.step())),
            0,
            () -> {});
    try (ScriptedServer server = new ScriptedServer(peer);
        Initiator initiator = new Initiator(server.node(2), TcpOptions.CONNECTIONS.key(), "1")) {
      initiator.memory.fill(1);
      TestSlice[] slices = new TestSlice[REQUESTS];
      Arrays.setAll(
          slices,
          i ->
              pipeline.opcode(i) == OpCode.READ
                  ? initiator.read(pipeline.at(i), pipeline.size())
                  : initiator.write(pipeline.at(i), pipeline.size()));
      initiator.harness.submit(slices);
      for (TestSlice slice : slices) {
        slice.awaitDone();
      }
      if (Arrays.stream(slices)
          .anyMatch(slice -> slice.code() == ErrorCode.LINK_BROKEN && slice.mayStillLand())) {
        return false;
      }
      assertOutcome(slices, refused, pipeline, initiator.memory, () -> there);
      assertThat(peer.refusals()).isGreaterThanOrEqualTo(refused.size());
      return true;
    }
  }

  private static void assertOutcome(
      TestSlice[] slices,
      Set<Integer> refused,
      Pipeline pipeline,
      TestMemory here,
      Supplier<byte[]> remote) {
    for (TestSlice slice : slices) {
      slice.awaitDone();
    }
    byte[] there = remote.get();
    for (int i = 0; i < slices.length; i++) {
      boolean read = pipeline.opcode(i) == OpCode.READ;
      String request = slices[i] + ", number " + i + ", refused are " + new TreeSet<>(refused);
      if (refused.contains(i)) {
        slices[i].assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
        assertThat(slices[i].mayStillLand()).as(request).isFalse();
      } else {
        slices[i].assertSucceeded();
      }
      int at = (int) pipeline.at(i);
      byte[] now =
          read
              ? here.bytes(at, pipeline.size())
              : Arrays.copyOfRange(there, at, at + pipeline.size());
      // Reads bring the far side's pattern, writes take the near side's there.
      long seed = read == refused.contains(i) ? 1 : 2;
      TestMemory.assertEqual(now, TestMemory.pattern(seed, at, pipeline.size()), request);
    }
  }
}
