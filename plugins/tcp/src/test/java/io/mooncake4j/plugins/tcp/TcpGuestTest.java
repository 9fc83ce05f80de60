package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.plugins.tcp.ScriptedServer.Link;
import io.mooncake4j.spi.NetworkOptions;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.Transport.Progress;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that wait for answers and receive them, whoever has asked. */
@Timeout(100)
class TcpGuestTest {
  private static final int SUBMITTERS = 3;
  private static final int ROUNDS = 60;
  private static final int[] SIZES = {1, 100, 3000, 40_000, 65_536, 100_000, 262_144};

  /** Of a round: what is written first, and where it is read back to. */
  private static final int AREA = 2 << 20;

  @ParameterizedTest(name = "{0} guests, interrupted: {1}, poll {2}, {3} connections")
  @CsvSource({
    "1, false, 10ms, 1",
    "3, false, 10ms, 2",
    "3, true, 10ms, 2",
    "2, true, 100us, 1",
    "3, false, 100us, 2",
    "2, false, 0ms, 2"
  })
  void bytesAreRightWhoeverReceivesThem(
      int count, boolean interrupted, String poll, int connections) throws Exception {
    try (TcpPair pair =
            new TcpPair(
                2L * SUBMITTERS * AREA,
                NetworkOptions.BUSY_POLL.key(),
                poll,
                TcpOptions.CONNECTIONS.key(),
                "" + connections);
        Guests guests = new Guests(count, pair.initiator.transport(), pair.peer, interrupted)) {
      ExecutorService threads = Executors.newFixedThreadPool(SUBMITTERS);
      try {
        List<Future<?>> results = new ArrayList<>();
        for (int t = 0; t < SUBMITTERS; t++) {
          int number = t;
          results.add(threads.submit(() -> goBackAndForth(pair, number)));
        }
        for (Future<?> result : results) {
          result.get(80, TimeUnit.SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(pair.initiator.metrics().value("connections.lost")).isZero();
      assertThat(pair.initiator.metrics().value("connections.opened")).isBetween(1L, 2L);
      assertThat(pair.target.metrics().value("connections.served"))
          .isEqualTo(pair.initiator.metrics().value("connections.opened"));
      if (poll.equals("10ms")) {
        assertThat(guests.moves()).as("how often guests have received").isPositive();
      }
    }
  }

  /** Writes this round's bytes while it reads the last round's back, and compares. */
  private static void goBackAndForth(TcpPair pair, int number) {
    Random random = new Random(number);
    TestMemory memory = pair.local.memory();
    long source = 2L * number * AREA;
    long back = source + AREA;
    long[] there = {source, back};
    byte[] last = new byte[0];
    for (int round = 0; round <= ROUNDS; round++) {
      byte[] bytes = new byte[round == ROUNDS ? 0 : AREA / 4 + random.nextInt(AREA / 4)];
      random.nextBytes(bytes);
      memory.write(source, bytes);
      memory.write(back, new byte[last.length]);
      List<TestSlice> slices = new ArrayList<>();
      long to = there[round % 2];
      long from = there[(round + 1) % 2];
      for (long at = 0, size; at < Math.max(bytes.length, last.length); at += size) {
        size = SIZES[random.nextInt(SIZES.length)];
        long written = Math.min(size, bytes.length - at);
        if (written > 0) {
          slices.add(pair.write(source + at, to + at, written));
        }
        long read = Math.min(size, last.length - at);
        if (read > 0) {
          slices.add(pair.read(back + at, from + at, read));
        }
      }
      submit(pair, slices, random);
      slices.forEach(TestSlice::assertSucceeded);
      memory.assertHolds(back, last, "round " + round + " of " + number);
      last = bytes;
    }
  }

  /** In batches of some size. */
  private static void submit(TcpPair pair, List<TestSlice> slices, Random random) {
    int at = 0;
    while (at < slices.size()) {
      int end = Math.min(slices.size(), at + 1 + random.nextInt(10));
      pair.initiator.submit(slices.subList(at, end).toArray(TestSlice[]::new));
      at = end;
    }
  }

  @Test
  void anInterruptedThreadMayWaitAndHelp() {
    try (ScriptedServer server = new ScriptedServer(Link::serveWell);
        Initiator initiator =
            new Initiator(
                server.node(2),
                TcpOptions.CONNECTIONS.key(),
                "1",
                NetworkOptions.BUSY_POLL.key(),
                "10ms")) {
      Transport transport = initiator.harness.transport();
      initiator.submit(initiator.write(0, 100)).assertSucceeded();
      for (int i = 0; i < 200; i++) {
        TestSlice slice =
            i % 2 == 0 ? initiator.read(i * 1000L, 30_000) : initiator.write(i * 1000L, 30_000);
        Thread.currentThread().interrupt();
        initiator.submit(slice);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!slice.isDone() && System.nanoTime() - deadline < 0) {
          transport.progress(initiator.peer);
        }
        assertThat(Thread.interrupted()).isTrue();
        slice.assertSucceeded();
      }
      assertThat(server.connections()).isEqualTo(1);
      assertThat(initiator.harness.metrics().value("connections.lost")).isZero();
    }
  }

  @Test
  void nobodyHelpsAPeerThatNothingWasSubmittedTo() {
    try (ScriptedServer server = new ScriptedServer(Link::serveWell);
        Initiator initiator = new Initiator(server.node(2))) {
      Transport transport = initiator.harness.transport();
      assertThat(transport.progress(initiator.peer)).isEqualTo(Progress.NOT_SOON);
      assertThat(server.connections()).isZero();
      initiator.submit(initiator.write(0, 100)).assertSucceeded();
      transport.release(initiator.peer);
      assertThat(transport.progress(initiator.peer)).isEqualTo(Progress.NOT_SOON);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void guestsSurviveTheEnd(boolean release) {
    for (int round = 0; round < 20; round++) {
      try (ScriptedServer server = new ScriptedServer(Link::serveWell);
          Initiator initiator =
              new Initiator(server.node(2), NetworkOptions.BUSY_POLL.key(), "10ms");
          Guests guests = new Guests(2, initiator.harness.transport(), initiator.peer, false)) {
        initiator.submit(initiator.write(0, 100)).assertSucceeded();
        TestSlice[] slices = new TestSlice[50];
        for (int i = 0; i < slices.length; i++) {
          slices[i] = i % 2 == 0 ? initiator.read(i * 20_000L, 10_000) : initiator.write(0, 20_000);
        }
        initiator.harness.submit(slices);
        slices[round % slices.length].awaitDone();
        if (release) {
          initiator.harness.transport().release(initiator.peer);
        } else {
          initiator.harness.close();
        }
        guests.awaitMoreCalls();
        for (TestSlice slice : slices) {
          slice.awaitDone();
        }
        assertThat(initiator.harness.transport().progress(initiator.peer))
            .isEqualTo(Progress.NOT_SOON);
      }
    }
  }
}
