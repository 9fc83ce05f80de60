package io.mooncake4j.plugins.tcp;

import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Large reads and writes in both directions at once through sockets that hold little. A peer that
 * reads no write while it cannot send a read's bytes leaves an initiator that does not read while
 * it writes waiting for ever.
 */
class TcpFullBuffersTest {
  private static final int PIECE = 1 << 17;
  private static final int PIECES = 8;
  private static final String SMALL = "16k";
  private static final int SMALL_BYTES = 16 << 10;
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @ParameterizedTest(name = "{0} connections, peer pauses {1} us, is Java: {2}")
  @CsvSource({"1, 0, true", "1, 200, true", "2, 0, true", "2, 200, false", "1, 0, false"})
  @Timeout(100)
  void doNotLockUp(int connections, int pauseMicros, boolean java) {
    byte[] there = TestMemory.pattern(2, 0, 2 * PIECES * PIECE);
    SequentialPeer.Pause pause = () -> LockSupport.parkNanos(pauseMicros * 1000L);
    SequentialPeer peer = new SequentialPeer(there, address -> false, SMALL_BYTES, pause);
    try (ScriptedServer server = new ScriptedServer(peer);
        Initiator initiator =
            new Initiator(
                // Only with a Java peer do writes stand behind the payload of reads.
                java ? server.javaNode() : server.node(2),
                TcpOptions.CONNECTIONS.key(),
                "" + connections,
                TcpOptions.PIPELINE_BYTES.key(),
                "64m",
                TcpOptions.LOCAL_PIPELINE_BYTES.key(),
                "64m",
                TcpOptions.SEND_BUFFER_BYTES.key(),
                SMALL,
                TcpOptions.RECEIVE_BUFFER_BYTES.key(),
                SMALL)) {
      initiator.memory.fill(1);
      // Reads into the first half, writes from the second, in no order.
      List<TestSlice> slices = new ArrayList<>();
      for (int i = 0; i < PIECES; i++) {
        slices.add(initiator.read((long) i * PIECE, PIECE));
        slices.add(initiator.write((long) (PIECES + i) * PIECE, PIECE));
      }
      Collections.shuffle(slices, new Random(4));
      initiator.harness.submit(LIMIT, slices.toArray(TestSlice[]::new));
      slices.forEach(slice -> slice.awaitDone(LIMIT).assertSucceeded());
      int half = PIECES * PIECE;
      initiator.memory.assertHolds(0, TestMemory.pattern(2, 0, half), "read");
      initiator.memory.assertHolds(half, TestMemory.pattern(1, half, half), "sources of writes");
      TestMemory.assertEqual(
          Arrays.copyOfRange(there, half, 2 * half), TestMemory.pattern(1, half, half), "written");
    }
  }
}
