package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.TransferEngine;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Notifications arrive in order, once, and are refused when nobody takes them. */
class NotificationsTest {
  private final TestEngines engines = new TestEngines();

  @AfterEach
  void close() {
    engines.close();
  }

  @Test
  void arriveInOrderAndAreTakenOnce() {
    TransferEngine here = engines.start("sim-virtual");
    TransferEngine there = engines.start("sim-virtual");
    for (int i = 0; i < 10; i++) {
      here.notify(there.name(), new Notification("n" + i, "Grüße \u0000 \"" + i));
    }

    assertThat(there.pollNotification(Duration.ZERO))
        .isEqualTo(new Notification("n0", "Grüße \u0000 \"0"));
    List<Notification> rest = there.drainNotifications();
    assertThat(rest).hasSize(9);
    assertThat(rest.get(8)).isEqualTo(new Notification("n9", "Grüße \u0000 \"9"));
    assertThat(there.drainNotifications()).isEmpty();
    assertThat(there.pollNotification(Duration.ofMillis(1))).isNull();
    assertThat(here.probe(there.name())).isEqualTo(Liveness.ALIVE);
    assertThat(here.probe(here.name())).isEqualTo(Liveness.ALIVE);
  }

  @Test
  void aFullQueueRefusesAndTakesAgainWhenThereIsRoom() {
    TransferEngine here = engines.start("sim-virtual");
    TransferEngine there =
        engines.start(engines.with("sim-virtual").option("mooncake.notifications.capacity", "2"));
    Notification notification = new Notification("n", "m");
    here.notify(there.name(), notification);
    here.notify(there.name(), notification);

    assertCode(ErrorCode.REJECTED_HANDSHAKE, () -> here.notify(there.name(), notification));
    assertThat(there.drainNotifications()).hasSize(2);
    here.notify(there.name(), notification);
    assertThat(there.drainNotifications()).hasSize(1);
  }

  @Test
  void aWaitingReceiverIsWoken() throws Exception {
    TransferEngine here = engines.start("sim-virtual");
    CompletableFuture<Notification> taken =
        CompletableFuture.supplyAsync(() -> here.pollNotification(TestEngines.SOON));

    here.notify(here.name(), new Notification("to", "myself"));

    assertThat(taken.get(20, TimeUnit.SECONDS)).isEqualTo(new Notification("to", "myself"));
    assertCode(ErrorCode.INVALID_ARGUMENT, () -> new Notification("empty", ""));
  }

  @Test
  void closingTheEngineWakesWhoeverWaits() throws Exception {
    TransferEngine engine = engines.start("sim-virtual");
    CompletableFuture<Notification> waiting =
        CompletableFuture.supplyAsync(() -> engine.pollNotification(Duration.ofMinutes(5)));
    engine.close();

    assertThat(waiting.handle((none, error) -> error).get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(MooncakeException.class)
        .hasMessageContaining("the engine is closed");
    assertCode(ErrorCode.CLOSED, () -> engine.pollNotification(Duration.ofMinutes(5)));
    assertThat(engine.drainNotifications()).isEmpty();
  }

  @Test
  void aSilentClientIsDroppedAfterTheHandshakeTimeout() throws Exception {
    TransferEngine engine =
        engines.start(engines.with("sim-virtual").option("mooncake.handshake.timeout", "100ms"));
    int port = Integer.parseInt(engine.name().substring(engine.name().indexOf(':') + 1));
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port)) {
      silent.setSoTimeout(4_000);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }
}
