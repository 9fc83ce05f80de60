package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.plugins.tcp.ScriptedServer.Received;
import io.mooncake4j.plugins.tcp.ScriptedServer.Script;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.testkit.TestSlice;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that refuses a request and closes its socket with requests unread takes back answers
 * that the initiator has not received, the refusal among them: its kernel resets the connection and
 * throws away what it had still to send.
 */
class TcpLostAnswersTest {
  private static final int REQUESTS = 32;
  private static final int BAD = 20;
  private static final int BYTES = 1000;
  private static final int MUCH = 100_000;
  private static final int SILENCE_MILLIS = 100;

  /** Answers requests that come alone; a refusal in company is lost with the answers around. */
  private static void serve(Link link) throws IOException {
    boolean company = false;
    while (true) {
      Received request = link.receive();
      company |= link.in.available() > 0;
      if (request.address() != ScriptedServer.BASE + BAD * BYTES) {
        if (!company) {
          link.status(StatusFrame.OK);
          byte[] ones = new byte[BYTES];
          Arrays.fill(ones, (byte) 1);
          link.out.write(ones);
        }
      } else if (company) {
        link.reset();
        return;
      } else {
        link.status(StatusFrame.REJECTED);
        return;
      }
    }
  }

  @Test
  void refusalThatIsLostMeetsItsOwnRequestOnly() {
    try (ScriptedServer server = new ScriptedServer(TcpLostAnswersTest::serve);
        Initiator initiator =
            new Initiator(
                server.node(2),
                TcpOptions.CONNECTIONS.key(),
                "1",
                TcpOptions.MERGE_BYTES.key(),
                "0")) {
      TestSlice[] slices = new TestSlice[REQUESTS];
      Arrays.setAll(slices, i -> initiator.read((long) i * BYTES, BYTES));
      initiator.harness.submit(slices);
      for (int i = 0; i < REQUESTS; i++) {
        if (i == BAD) {
          slices[i].assertFailed(ErrorCode.PEER_REJECTED_ADDRESS);
        } else {
          slices[i].assertSucceeded();
        }
      }
      initiator.submit(initiator.read(0, BYTES)).assertSucceeded();
      assertThat(initiator.harness.metrics().value("queued.slices")).isZero();
    }
  }

  /** What is behind a refusal gets lost, and so would a write's answer behind much payload. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writeStandsBehindMuchPayloadOnlyWhereAnswersAreKept(boolean kept) {
    AtomicBoolean together = new AtomicBoolean();
    Script script =
        link -> {
          link.receive();
          together.set(kept || !link.isSilent(SILENCE_MILLIS));
          if (kept) {
            link.receive();
          }
          link.status(StatusFrame.OK);
          link.out.write(new byte[MUCH]);
          if (!kept) {
            link.receive();
          }
          link.status(StatusFrame.OK);
          link.awaitEnd();
        };
    try (ScriptedServer server = new ScriptedServer(script);
        Initiator initiator =
            new Initiator(
                kept ? server.javaNode() : server.node(2), TcpOptions.CONNECTIONS.key(), "1")) {
      TestSlice[] slices = {initiator.read(0, MUCH), initiator.write(MUCH, BYTES)};
      initiator.harness.submit(slices);
      slices[0].assertSucceeded();
      slices[1].assertSucceeded();
      assertThat(together.get()).isEqualTo(kept);
    }
  }

  @Test
  void peerThatIsGoneEndsTheSecondTryToo() {
    try (ScriptedServer server =
            new ScriptedServer(
                link -> {
                  link.receive();
                  link.receive();
                  link.reset();
                },
                Link::reset);
        Initiator initiator = new Initiator(server.node(2), TcpOptions.CONNECTIONS.key(), "1")) {
      TestSlice[] slices = {
        initiator.read(0, BYTES), initiator.write(BYTES, BYTES), initiator.read(2 * BYTES, BYTES)
      };
      initiator.harness.submit(slices);
      slices[0].assertFailed(ErrorCode.LINK_BROKEN, ErrorCode.SOCKET);
      assertThat(slices[1].assertFailed(ErrorCode.LINK_BROKEN).mayStillLand()).isTrue();
      slices[2].assertFailed(ErrorCode.LINK_BROKEN, ErrorCode.SOCKET);
    }
  }
}
