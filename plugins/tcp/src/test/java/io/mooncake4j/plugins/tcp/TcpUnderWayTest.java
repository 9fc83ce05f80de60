package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.plugins.tcp.ScriptedServer.Received;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of what is asked of a peer on this host may be unanswered on one connection. */
@Timeout(60)
class TcpUnderWayTest {
  private static final String CONNECTIONS = TcpOptions.CONNECTIONS.key();
  private static final String MERGE = TcpOptions.MERGE_BYTES.key();
  private static final String LOCAL = TcpOptions.LOCAL_PIPELINE_BYTES.key();
  private static final int CHUNK = 64 << 10;
  private static final Duration A_WHILE = Duration.ofMillis(100);
  private static final Duration A_MOMENT = Duration.ofMillis(5);

  /** A server that answers when it is told to, over one connection. */
  private static final class Reluctant implements AutoCloseable {
    private final AtomicReference<Link> link = new AtomicReference<>();
    private int answered;
    final ScriptedServer server =
        new ScriptedServer(
            opened -> {
              link.set(opened);
              while (true) {
                opened.receive();
              }
            });

    long unanswered() {
      return server.received.stream().skip(answered).mapToLong(Received::size).sum();
    }

    List<Long> sizes() {
      return server.received.stream().map(Received::size).toList();
    }

    /** Waits until so much is unanswered, and that it stays at that. */
    void awaitUnanswered(long bytes, Duration span) {
      Await.until(() -> unanswered() >= bytes, () -> unanswered() + " of " + bytes + " have come");
      Await.holdsFor(() -> unanswered() == bytes, span, "no more comes than " + bytes);
    }

    void answer() throws Exception {
      Received request = server.received.get(answered++);
      link.get().status(StatusFrame.OK);
      if (request.payload().isEmpty()) {
        byte[] ones = new byte[Math.toIntExact(request.size())];
        Arrays.fill(ones, (byte) 1);
        link.get().out.write(ones);
      }
    }

    @Override
    public void close() {
      server.close();
    }
  }

  private static TestSlice[] slices(Initiator initiator, boolean read, int count, int bytes) {
    TestSlice[] slices = new TestSlice[count];
    Arrays.setAll(
        slices,
        i ->
            read
                ? initiator.read((long) i * bytes, bytes)
                : initiator.write((long) i * bytes, bytes));
    return slices;
  }

  /** Answers one request after the other, while more are to come. */
  private static void answerAll(Reluctant peer, long total, long limit) throws Exception {
    long done = 0;
    while (done < total) {
      long first = peer.server.received.get(peer.answered).size();
      peer.answer();
      done += first;
      if (done < total) {
        peer.awaitUnanswered(Math.min(limit, total - done), A_MOMENT);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {CHUNK, 4096})
  void aServerThatIsNotJavaIsAskedForFourChunksAtATime(int bytes) throws Exception {
    int count = 16 * CHUNK / bytes;
    try (Reluctant peer = new Reluctant();
        Initiator initiator = new Initiator(peer.server.node(2), CONNECTIONS, "1")) {
      initiator.memory.fill(5);
      TestSlice[] slices = slices(initiator, true, count, bytes);
      initiator.harness.submit(slices);
      peer.awaitUnanswered(4 * CHUNK, A_WHILE);
      answerAll(peer, 16 * CHUNK, 4 * CHUNK);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      assertThat(peer.sizes()).hasSize(16).containsOnly((long) CHUNK);
      byte[] ones = new byte[16 * CHUNK];
      Arrays.fill(ones, (byte) 1);
      initiator.memory.assertHolds(0, ones, "what was read");
      assertThat(peer.server.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {CHUNK, 4096})
  void aJavaServerIsAskedForMore(int bytes) throws Exception {
    int count = 16 * CHUNK / bytes;
    try (Reluctant peer = new Reluctant();
        Initiator initiator = new Initiator(peer.server.javaNode(), CONNECTIONS, "1")) {
      TestSlice[] slices = slices(initiator, true, count, bytes);
      initiator.harness.submit(slices);
      peer.awaitUnanswered(8 * CHUNK, A_WHILE);
      answerAll(peer, 16 * CHUNK, 8 * CHUNK);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      assertThat(peer.sizes()).hasSize(4).containsOnly(4L * CHUNK);
    }
  }

  @ParameterizedTest(name = "{0} unanswered at most, is Java: {1}, slices of {2}")
  @CsvSource({
    "512k, false, 65536",
    "512k, true, 65536",
    "512k, false, 262144",
    "128k, false, 65536",
    "64k, true, 16384",
    "1m, true, 262144"
  })
  void unansweredWritesAreBounded(String limit, boolean java, int bytes) throws Exception {
    long most = limit.equals("1m") ? 1 << 20 : Long.parseLong(limit.replace("k", "")) << 10;
    int total = 2 << 20;
    try (Reluctant peer = new Reluctant();
        Initiator initiator =
            new Initiator(
                java ? peer.server.javaNode() : peer.server.node(2),
                options(limit.equals("512k") ? null : limit))) {
      TestSlice[] slices = slices(initiator, false, total / bytes, bytes);
      initiator.harness.submit(slices);
      peer.awaitUnanswered(most, A_WHILE);
      answerAll(peer, total, most);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      assertThat(peer.sizes()).hasSize(total / bytes).containsOnly((long) bytes);
    }
  }

  private static String[] options(String limit) {
    // Merged requests would not be multiples of the limits.
    return limit == null
        ? new String[] {CONNECTIONS, "1", MERGE, "0"}
        : new String[] {CONNECTIONS, "1", MERGE, "0", LOCAL, limit};
  }

  /** The socket's buffer is what stops those who send. */
  @ParameterizedTest(name = "{0} connections, send buffer {1}, slices of {2}")
  @CsvSource({"1, 0, 8000", "1, 16k, 8000", "2, 16k, 20000", "1, 0, 262144", "2, 64k, 100"})
  void aPeerThatStopsReadingBlocksNobody(int connections, String buffer, int bytes)
      throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    int count = Math.min(20_000, Initiator.BYTES / bytes);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  for (int i = 0; i < 20; i++) {
                    link.receive();
                    link.status(StatusFrame.OK);
                  }
                  over.await();
                },
                link -> over.await());
        Initiator initiator =
            new Initiator(
                server.node(2),
                CONNECTIONS,
                "" + connections,
                LOCAL,
                "64m",
                TcpOptions.PIPELINE_BYTES.key(),
                "64m",
                TcpOptions.PIPELINE_DEPTH.key(),
                "4096",
                TcpOptions.SEND_BUFFER_BYTES.key(),
                buffer)) {
      for (int i = 0; i < 20; i++) {
        initiator.submit(initiator.write(0, 100)).assertSucceeded();
      }
      List<TestSlice> slices = Collections.synchronizedList(new ArrayList<>());
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < count; i++) {
                  slices.add(initiator.submit(initiator.write((long) i * bytes, bytes)));
                  initiator.harness.transport().progress(initiator.peer);
                }
              },
              "submitter");
      thread.start();
      thread.join(20_000);
      assertThat(thread.isAlive()).as("whether the submitter is blocked").isFalse();
      assertThat(slices).hasSize(count);
      for (TestSlice slice : slices) {
        initiator.harness.cancel(slice, ErrorCode.TIMEOUT);
      }
      for (TestSlice slice : slices) {
        slice.assertFailed(ErrorCode.TIMEOUT, ErrorCode.LINK_BROKEN);
      }
      over.countDown();
    }
  }
}
