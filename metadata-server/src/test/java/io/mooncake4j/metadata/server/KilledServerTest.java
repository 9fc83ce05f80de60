package io.mooncake4j.metadata.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.metadata.server.http.RawClient;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers killed in the middle of writing. */
@Timeout(120)
class KilledServerTest {
  private static final int CLIENTS = 4;
  private static final int KILLS = 4;

  @TempDir private Path folder;

  @Test
  void losesNothingThatWasAcknowledged() throws Exception {
    Path file = folder.resolve("metadata.log");
    Map<String, String> acknowledged = new ConcurrentHashMap<>();
    for (int life = 0; life < KILLS; life++) {
      try (ChildJvm child = ChildJvm.start(ServerProcess.class, file.toString())) {
        int port = Integer.parseInt(child.awaitReady(Await.LIMIT).call("port", Await.LIMIT));
        expectAll(port, acknowledged);
        int enough = acknowledged.size() + 100 + 70 * life;
        List<Thread> clients = startClients(port, life, acknowledged);
        Await.until(() -> acknowledged.size() >= enough, () -> acknowledged.size() + " of them");
        child.kill();
        for (Thread client : clients) {
          client.join(Await.LIMIT.toMillis());
          assertThat(client.isAlive()).isFalse();
        }
      }
    }
    MetadataServerConfiguration here =
        MetadataServerConfiguration.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (MetadataServer server = MetadataServer.start(here.keptIn(file))) {
      expectAll(server.port(), acknowledged);
      // One more each may have come to disk before its client heard of it.
      assertThat(server.entries())
          .isBetween((long) acknowledged.size(), (long) acknowledged.size() + CLIENTS * KILLS);
    }
  }

  /** Each client stores one record after another until the server is gone. */
  private static List<Thread> startClients(int port, int life, Map<String, String> acknowledged) {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String name = "life" + life + "-client" + i + "-";
      Thread client = new Thread(() -> storeUntilItDies(port, name, acknowledged), name);
      client.start();
      clients.add(client);
    }
    return clients;
  }

  private static void storeUntilItDies(int port, String name, Map<String, String> acknowledged) {
    try (RawClient client = new RawClient(port)) {
      for (int i = 0; ; i++) {
        String value = name.repeat(20 + i % 50) + i;
        byte[] body = value.getBytes(StandardCharsets.US_ASCII);
        if (client.request("PUT", "/metadata?key=" + name + i, body).answer().status() == 200) {
          acknowledged.put(name + i, value);
        }
      }
    } catch (IOException e) {
      // It is dead.
    }
  }

  private static void expectAll(int port, Map<String, String> acknowledged) throws IOException {
    try (RawClient client = new RawClient(port)) {
      for (Map.Entry<String, String> each : acknowledged.entrySet()) {
        RawClient.Answer answer =
            client.request("GET", "/metadata?key=" + each.getKey(), null).answer();
        assertThat(answer.text()).as(each.getKey()).isEqualTo(each.getValue());
      }
    }
  }

  @Test
  void anotherProcessDoesNotTakeTheFileOfALiveOne() {
    Path file = folder.resolve("metadata.log");
    MetadataServerConfiguration here =
        MetadataServerConfiguration.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (ChildJvm child = ChildJvm.start(ServerProcess.class, file.toString())) {
      child.awaitReady(Await.LIMIT);
      assertThatThrownBy(() -> MetadataServer.start(here.keptIn(file)))
          .hasMessageContaining("is used by another server");
      child.kill();
      MetadataServer.start(here.keptIn(file)).close();
    }
  }
}
