package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.CutRelay.Manner;
import io.mooncake4j.testkit.Leaks;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TransportHarness;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that goes away behind each byte of its requests leaves nothing behind in the server. */
class TcpServerCutTest {
  private static final int BYTES = 4096;
  private static final int FILLED = 80;
  private static final Duration LIMIT = Duration.ofSeconds(15);

  @ParameterizedTest
  @EnumSource(Manner.class)
  void nothingIsHeldAndTheRegionIsQuiet(Manner manner) throws IOException {
    TcpPair.warmUp();
    Leaks before = Leaks.snapshot();
    try (TransportHarness target = TcpPair.start();
        TestMemory memory = TestMemory.allocate(BYTES)) {
      int length = stream(0).length;
      for (int cut = 0; cut <= length; cut++) {
        memory.fill(3);
        TestRegion region = target.register(memory);
        try (RawClient client = new RawClient(target)) {
          client.send(Arrays.copyOf(stream(region.address()), cut));
          end(client, manner);
        }
        String where = "cut behind byte " + cut + " of " + length;
        Await.until(() -> target.metrics().value("served.connections") == 0, where + ": session");
        assertThat(region.holds()).as(where).isZero();
        target.withdraw(region);
        assertThat(target.quiesce(LIMIT, region)).as(where).isEqualTo(Quiescence.QUIET);
        assertBytes(memory, cut, manner, where);
      }
      target.assertNoViolations();
    }
    before.assertNoneSince(LIMIT);
  }

  /** Two writes side by side, a read, an old write, an old read. */
  private static byte[] stream(long base) {
    byte[] forty = new byte[40];
    Arrays.fill(forty, (byte) FILLED);
    return RawClient.join(
        RawClient.write(base + 100, 0x81, forty),
        RawClient.write(base + 140, 0x81, forty),
        RawClient.header(1000, base, 0x80),
        RawClient.write(base + 200, 0x01, forty),
        RawClient.header(300, base + 500, 0x00));
  }

  private static void end(RawClient client, Manner manner) throws IOException {
    if (manner == Manner.RESET) {
      client.socket.setSoLinger(true, 0);
    } else {
      client.socket.shutdownOutput();
      client.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Behind an orderly end everything that had arrived is applied; behind a reset, perhaps. */
  private static void assertBytes(TestMemory memory, int cut, Manner manner, String where) {
    byte[] old = TestMemory.pattern(3, 0, BYTES);
    byte[] now = memory.bytes(0, BYTES);
    int[][] writes = {{100, 24, 64}, {140, 88, 128}, {200, 176, 216}};
    boolean[] mayChange = new boolean[BYTES];
    for (int[] write : writes) {
      for (int i = 0; i < 40; i++) {
        mayChange[write[0] + i] = write[1] + i < cut;
        if (manner == Manner.FIN && cut >= write[2]) {
          assertThat(now[write[0] + i]).as(where).isEqualTo((byte) FILLED);
        }
      }
    }
    for (int at = 0; at < BYTES; at++) {
      assertThat(now[at] == old[at] || (mayChange[at] && now[at] == FILLED))
          .as("%s: byte %d is %d", where, at, now[at])
          .isTrue();
    }
  }
}
