package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.spi.NetworkOptions;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestSlice;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What guests leave behind: a connection that others can use. */
@Timeout(60)
class TcpGuestEndTest {
  private static final int FULL = 64 << 10;
  private static final int LONG = 256 << 10;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** The sender waits for room, nothing is left for it, and guests receive the last answers. */
  @Test
  void aConnectionThatWaitedForRoomInVainIsUsedAgain() {
    Semaphore answers = new Semaphore(0);
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  while (true) {
                    link.receive();
                    answers.acquire();
                    link.status(StatusFrame.OK);
                  }
                });
        Initiator initiator =
            new Initiator(
                server.node(2),
                TcpOptions.CONNECTIONS.key(),
                "1",
                TcpOptions.LOCAL_PIPELINE_BYTES.key(),
                "" + FULL,
                NetworkOptions.BUSY_POLL.key(),
                "10ms");
        Guests guests = new Guests(1, initiator.harness.transport(), initiator.peer, false)) {
      answers.release();
      initiator.submit(initiator.write(0, 1)).assertSucceeded();
      TestSlice[] small = new TestSlice[20];
      for (int i = 0; i < small.length; i++) {
        small[i] = initiator.write(i * 200L, 100);
      }
      initiator.harness.submit(small);
      TestSlice full = initiator.submit(initiator.write(0, FULL));
      TestSlice waiting = initiator.submit(initiator.write(0, FULL));
      for (TestSlice slice : small) {
        answers.release();
        slice.assertSucceeded();
      }
      long looks = guests.looks();
      Await.until(() -> guests.looks() > looks, "guests wait for the answer");
      initiator.harness.cancel(waiting, ErrorCode.CANCELED);
      waiting.assertFailed(ErrorCode.CANCELED);
      answers.release();
      full.assertSucceeded();
      guests.awaitMoreCalls();
      answers.release(2);
      TestSlice next = initiator.submit(initiator.write(0, LONG));
      TestSlice last = initiator.submit(initiator.write(0, 100));
      assertThat(next.awaitDone(LIMIT).state()).isEqualTo(TestSlice.State.SUCCEEDED);
      assertThat(last.awaitDone(LIMIT).state()).isEqualTo(TestSlice.State.SUCCEEDED);
    }
  }
}
