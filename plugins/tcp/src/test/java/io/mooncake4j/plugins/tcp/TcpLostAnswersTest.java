package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.plugins.tcp.ScriptedServer.Received;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.testkit.TestSlice;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * A server that refuses a request and closes its socket with requests unread takes back answers
 * that the initiator has not received, the refusal among them: its kernel resets the connection and
 * throws away what it had still to send.
 */
class TcpLostAnswersTest {
  private static final int REQUESTS = 32;
  private static final int BAD = 20;
  private static final int BYTES = 1000;

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
