package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaksTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  @Test
  void findsAThreadUntilItEnds() throws InterruptedException {
    Leaks before = Leaks.snapshot();
    CountDownLatch end = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "leaked-thread");
    thread.start();
    assertThatThrownBy(() -> before.assertNoneSince(SHORT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("leaked-thread");
    end.countDown();
    thread.join(20_000);
    before.assertNoneSince(Await.LIMIT);
  }

  @Test
  void findsASocketUntilItIsClosed() throws IOException {
    new ServerSocket().close();
    Leaks before = Leaks.snapshot();
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one()));
      assertThatThrownBy(() -> before.assertNoneSince(SHORT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("socket:");
    }
    before.assertNoneSince(Await.LIMIT);
  }

  @Test
  void freePortsDiffer() {
    assertThat(FreePorts.several(5)).doesNotHaveDuplicates().allMatch(port -> port > 1023);
  }

  @Test
  void allocationsAreCounted() {
    Allocations allocations = Allocations.ofThisThread();
    byte[] large = new byte[10 << 20];
    assertThat(allocations.bytesSince()).isGreaterThanOrEqualTo(large.length);
  }
}
