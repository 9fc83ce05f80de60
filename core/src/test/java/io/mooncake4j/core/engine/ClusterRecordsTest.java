package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.records.ClusterRecords;
import io.mooncake4j.core.records.NamedRecords;
import io.mooncake4j.core.records.OwnerProbe.State;
import io.mooncake4j.core.records.OwnerProbe.Verdict;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.testkit.FreePorts;
import io.mooncake4j.testkit.sim.SimMetadataProvider;
import io.mooncake4j.testkit.sim.SimulatedMetadata;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The records of a cluster as an administrator sees them, and what of them is removed. */
@Timeout(120)
class ClusterRecordsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final SilentLog log = new SilentLog();
  private final String storeName = "cluster-" + NUMBERS.incrementAndGet();
  private final TestEngines engines = new TestEngines();
  private SimulatedMetadata all;
  private MetadataStore store;

  @BeforeEach
  void connect() {
    all = SimulatedMetadata.named(storeName);
    store = new SimMetadataProvider().create("sim://" + storeName, null);
  }

  @AfterEach
  void close() {
    engines.close();
    store.close();
    SimulatedMetadata.forget(storeName);
    DefectiveStoreProvider.RECORDS.clear();
    log.close();
  }

  private TransferEngine start(String name, String clusterId) {
    return engines.start(
        engines
            .with("sim-virtual")
            .name(name)
            .metadata("sim://" + storeName)
            .option("mooncake.metadata.cluster-id", clusterId)
            .option("mooncake.network.advertised-address", "127.0.0.1"));
  }

  private ClusterRecords open(String clusterId) {
    return ClusterRecords.open(
        new EngineConfiguration(
            Map.of(
                "mooncake.metadata",
                "sim://" + storeName,
                "mooncake.metadata.cluster-id",
                clusterId),
            List.of(),
            null,
            false));
  }

  private void put(String key, String value) {
    store.put(key, value.getBytes(UTF_8), TIMEOUT);
  }

  private void putNode(String name, int port) {
    putAddress(name, port);
    put(
        "mooncake/ram/" + name,
        "{\"name\":\""
            + name
            + "\",\"protocol\":\"tcp\",\"buffers\":[{\"addr\":4096,\"length\":10,\"name\":\"x\"}]}");
  }

  private void putAddress(String name, int port) {
    put(
        "mooncake/rpc_meta/" + name,
        "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":" + port + "}");
  }

  private static Map<String, State> states(ClusterRecords records) {
    Map<String, State> states = new java.util.TreeMap<>();
    records
        .judge(records.list(), Duration.ofSeconds(20))
        .forEach((name, verdict) -> states.put(name, verdict.state()));
    return states;
  }

  @Test
  void everyNameIsListedWithItsStateAndOtherClustersAreNot() {
    start("alive", "");
    start("elsewhere", "second");
    putNode("dead", FreePorts.one());
    putAddress("half", FreePorts.one());
    put("mooncake/ram/orphan", "{\"name\":\"orphan\",\"protocol\":\"tcp\",\"buffers\":[]}");
    put(
        "mooncake/nvmeof/disk",
        "{\"name\":\"nvmeof/disk\",\"protocol\":\"nvmeof\",\"buffers\":[]}");
    put("mooncake/checkpoints/x", "something else");
    put("mooncake/rpc_meta/garbled", "[7");

    try (ClusterRecords records = open("");
        ClusterRecords second = open("second")) {
      assertThat(states(records))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "alive", State.ALIVE,
                  "dead", State.DEAD,
                  "half", State.DEAD,
                  "garbled", State.UNKNOWN,
                  "orphan", State.UNKNOWN,
                  "nvmeof/disk", State.UNKNOWN));
      assertThat(states(second)).isEqualTo(Map.of("elsewhere", State.ALIVE));
      assertThat(records.find("half").defects()).containsExactly("there is no descriptor");
      assertThat(records.find("orphan").defects()).hasSize(1);
      assertThat(records.find("nvmeof/disk").defects()).isEmpty();
      assertThat(records.find("garbled").defects()).hasSize(2);
      assertThat(records.find("nobody").exist()).isFalse();
      NamedRecords alive = records.find("alive");
      assertThat(records.ownDescriptor(alive)).isEqualTo(alive.readDescriptor());
    }
  }

  @Test
  void onlyTheRecordsOfTheDeadAreRemovedAndNoneInADryRun() {
    start("alive", "");
    putNode("dead", FreePorts.one());
    put("mooncake/ram/orphan", "{\"name\":\"orphan\",\"protocol\":\"tcp\",\"buffers\":[]}");
    put("mooncake/rpc_meta/garbled", "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":\"x\"}");
    putNode("reused", 1);
    store.put(
        "mooncake/rpc_meta/reused",
        store.get("mooncake/rpc_meta/alive", TIMEOUT).orElseThrow(),
        TIMEOUT);

    try (ClusterRecords records = open("")) {
      List<String> before = all.keys();
      assertThat(records.prune("dead", true).state()).isEqualTo(State.DEAD);
      assertThat(all.keys()).isEqualTo(before);

      assertThat(records.prune("nobody", false).words()).isEqualTo("there are no records of it");
      for (String name : List.of("alive", "dead", "garbled", "orphan", "reused", "nobody")) {
        records.prune(name, false);
      }

      assertThat(all.keys())
          .containsExactly(
              "mooncake/ram/alive",
              "mooncake/ram/orphan",
              "mooncake/rpc_meta/alive",
              "mooncake/rpc_meta/garbled");
    }
  }

  @Test
  void whoAcceptsButDoesNotAnswerIsAliveAndStays() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ClusterRecords records = open("")) {
      putNode("silent", silent.getLocalPort());

      assertThat(records.judge(records.list(), Duration.ofMillis(200)).get("silent").state())
          .isEqualTo(State.UNKNOWN);
      assertThat(records.prune("silent", false))
          .isEqualTo(
              new Verdict(
                  State.ALIVE,
                  "an engine at 127.0.0.1:"
                      + silent.getLocalPort()
                      + " accepts connections but does not answer within 3000 ms"));
      assertThat(all.keys()).hasSize(2);
    }
  }

  @Test
  void textOfRecordsPlaysNoTricks() {
    String host = "{\"ip_or_host_name\":\"\\u001b]0;own\\u0007\\u202e.invalid\",\"rpc_port\":";
    put("mooncake/rpc_meta/odd", host + "0}");
    put("mooncake/rpc_meta/far", host + "1}");
    put("mooncake/ram/far", "{\"name\":7,\"\\u001b[31m\":1}");
    try (FakePeer peer = NameTakeoverTest.peerNamed("x\\u001b[31m");
        ClusterRecords records = open("")) {
      putAddress("other", peer.port());
      for (String name : List.of("odd", "far", "other")) {
        assertThat(records.judge(records.find(name)).words())
            .as(name)
            .doesNotContainPattern("[\\p{Cntrl}\u202e]");
      }
      assertThat(records.judge(records.find("other")).words()).contains("another one, x?[31m");
      assertThat(records.find("odd").defects().toString()).doesNotContainPattern("\\p{Cntrl}");
    }
  }

  @Test
  void aStoreThatCannotListSaysSoAndStillShowsNames() {
    String dead = "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":" + FreePorts.one() + "}";
    DefectiveStoreProvider.RECORDS.put("mooncake/rpc_meta/x", dead.getBytes(UTF_8));
    try (ClusterRecords records =
        ClusterRecords.open(
            new EngineConfiguration(
                Map.of("mooncake.metadata", "defective://x"), List.of(), null, false))) {
      assertCode(ErrorCode.NOT_IMPLEMENTED, records::list);
      assertThat(records.prune("x", false).state()).isEqualTo(State.DEAD);
      assertThat(DefectiveStoreProvider.RECORDS).isEmpty();
    }
  }

  @Test
  void peerToPeerModeAndUnknownStoresAreRefused() {
    for (String url : List.of("P2PHANDSHAKE", "nosuch://x")) {
      assertCode(
          ErrorCode.OPTION,
          () ->
              ClusterRecords.open(
                      new EngineConfiguration(
                          Map.of("mooncake.metadata", url), List.of(), null, false))
                  .close());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http:/bob:hush@h:1/metadata", "bob:hush@h", "http:/bob:hu/sh@h"})
  void thePasswordInAMistypedAddressIsNotShown(String url) {
    assertThatThrownBy(
            () ->
                ClusterRecords.open(
                        new EngineConfiguration(
                            Map.of("mooncake.metadata", url), List.of(), null, false))
                    .close())
        .hasMessageContaining("=******@h")
        .hasMessageNotContainingAny("bob", "hu");
  }
}
