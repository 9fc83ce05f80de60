package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that submit little and send it themselves because the connection has nothing to do. */
@Timeout(60)
class TcpLendTest {
  private static final String CONNECTIONS = TcpOptions.CONNECTIONS.key();
  private static final int THREADS = 4;
  private static final int ROUNDS = 1000;
  private static final int BYTES = 3000;

  @Test
  void aPeerThatStopsReadingBlocksNoSubmitter() {
    CountDownLatch over = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.status(StatusFrame.OK);
                  over.await();
                });
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      initiator.submit(initiator.write(0, 100)).assertSucceeded();
      List<TestSlice> slices = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        slices.add(initiator.submit(initiator.write(i * 8000L, 8000)));
      }
      initiator.harness.transport().release(initiator.peer);
      slices.forEach(TestSlice::assertFailed);
      over.countDown();
    }
  }

  @Test
  void anInterruptedThreadMaySubmit() {
    try (ScriptedServer server = new ScriptedServer(Link::serveWell);
        Initiator initiator = new Initiator(server.node(2), CONNECTIONS, "1")) {
      initiator.submit(initiator.write(0, 100)).assertSucceeded();
      for (int i = 0; i < 20; i++) {
        TestSlice slice = initiator.write(0, 100);
        Thread.currentThread().interrupt();
        initiator.submit(slice);
        assertThat(Thread.interrupted()).isTrue();
        slice.assertSucceeded();
      }
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void manyThreadsSubmitOneByOne() throws Exception {
    try (TcpPair pair = new TcpPair(THREADS * 3L * BYTES)) {
      pair.local.memory().fill(1);
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      try {
        List<Future<?>> results = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          long at = t * 3L * BYTES;
          results.add(threads.submit(() -> goBackAndForth(pair, at)));
        }
        for (Future<?> result : results) {
          result.get(50, TimeUnit.SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }
      for (int t = 0; t < THREADS; t++) {
        long at = t * 3L * BYTES;
        byte[] expected = TestMemory.pattern(1, at, BYTES);
        pair.local.memory().assertHolds(at + 2 * BYTES, expected, "what came back");
      }
    }
  }

  /** Writes a block to the peer, has it read back, compares. */
  private static void goBackAndForth(TcpPair pair, long at) {
    for (int i = 0; i < ROUNDS; i++) {
      TestSlice write = pair.write(at, at + (i % 2) * (long) BYTES, BYTES);
      pair.initiator.submit(write);
      write.assertSucceeded();
      TestSlice read = pair.read(at + 2 * BYTES, at + (i % 2) * (long) BYTES, BYTES);
      pair.initiator.submit(read);
      read.assertSucceeded();
      byte[] back = pair.local.memory().bytes(at + 2 * BYTES, BYTES);
      assertThat(Arrays.equals(back, pair.local.memory().bytes(at, BYTES))).isTrue();
    }
  }
}
