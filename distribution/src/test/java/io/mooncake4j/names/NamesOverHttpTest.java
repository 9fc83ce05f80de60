package io.mooncake4j.names;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.records.ClusterRecords;
import io.mooncake4j.core.records.NamedRecords;
import io.mooncake4j.core.records.OwnerProbe.State;
import io.mooncake4j.metadata.server.MetadataServer;
import io.mooncake4j.metadata.server.MetadataServerConfiguration;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.ChildJvm;
import io.mooncake4j.testkit.http.HttpFaults;
import io.mooncake4j.testkit.http.HttpStub;
import io.mooncake4j.testkit.http.MetadataRecords;
import io.mooncake4j.testkit.http.MetadataRecords.Dialect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What engines in processes of their own leave in a metadata server, which refuses a second address
 * of one name as C++ Mooncake's do.
 */
@Timeout(300)
class NamesOverHttpTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final MetadataRecords records = new MetadataRecords(Dialect.CPP);
  private final HttpStub server = HttpStub.start(records);
  private final List<ChildJvm> children = new ArrayList<>();

  @AfterEach
  void close() {
    children.forEach(ChildJvm::close);
    server.close();
  }

  private ChildJvm start(String url, int engines, int buffers, String... options) {
    String[] arguments =
        Stream.concat(
                Stream.of(url, "alpha", String.valueOf(engines), String.valueOf(buffers)),
                Stream.of(options))
            .toArray(String[]::new);
    ChildJvm child = ChildJvm.start(NamedNode.class, arguments);
    children.add(child);
    return child.awaitReady(SOON);
  }

  private ChildJvm start(int engines, String... options) {
    return start(server.url("/metadata"), engines, 2, options);
  }

  private static ClusterRecords open(String url) {
    return ClusterRecords.open(
        new EngineConfiguration(Map.of("mooncake.metadata", url), List.of(), null, false));
  }

  private boolean isPublished(String name) {
    return records.record("mooncake/ram/" + name).isPresent()
        || records.record("mooncake/rpc_meta/" + name).isPresent();
  }

  @ParameterizedTest
  @EnumSource(
      value = Dialect.class,
      names = {"CPP", "PYTHON"})
  void nothingOfAKilledProcessComesBackFromServersLikeTheirs(Dialect dialect) {
    try (HttpStub strict = HttpStub.start(new MetadataRecords(dialect))) {
      restart(3, strict.url("/metadata"));
    }
  }

  @Test
  void nothingOfAKilledProcessComesBackInTwentyRestartsOnOurServer() {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (MetadataServer ours = MetadataServer.start(MetadataServerConfiguration.at(anyPort))) {
      restart(20, ours.url());
    }
  }

  private void restart(int times, String url) {
    Set<String> ports = new HashSet<>();
    try (ClusterRecords cluster = open(url)) {
      for (int i = 0; i <= times; i++) {
        // A number of buffers of its own each time, so that those of an earlier life would show.
        int buffers = 1 + i % 3;
        ChildJvm child = start(url, 1, buffers);
        String own = child.call("buffers", SOON);

        NamedRecords named = cluster.find("alpha");
        ClassicDescriptor published = named.readDescriptor().orElseThrow();
        Set<String> addresses =
            published.buffers().stream()
                .map(it -> Long.toUnsignedString(it.address()))
                .collect(Collectors.toSet());
        assertThat(addresses)
            .as("restart %s", i)
            .hasSize(buffers)
            .isEqualTo(Set.of(own.split(",")));
        // Who answers at the published port is this very process.
        assertThat(cluster.judge(named).state()).isEqualTo(State.ALIVE);
        assertThat(cluster.ownDescriptor(named)).contains(published);
        ports.add(named.readAddress().orElseThrow().toString());

        child.kill();
        assertThat(cluster.find("alpha").exist()).as("SIGKILL leaves the records").isTrue();
        assertThat(cluster.judge(cluster.find("alpha")).state()).isEqualTo(State.DEAD);
      }
    }
    assertThat(ports)
        .as("the addresses differ, so each was taken over")
        .hasSizeGreaterThan(times / 2);
  }

  @Test
  void aProcessThatIsToldToEndTakesTheRecordsOfAllItsEnginesAway() {
    ChildJvm child = start(5);
    assertThat(isPublished("alpha")).isTrue();
    assertThat(isPublished("alpha-4")).isTrue();

    child.terminate(SOON);

    for (String name : List.of("alpha", "alpha-1", "alpha-2", "alpha-3", "alpha-4")) {
      assertThat(isPublished(name)).as(name).isFalse();
    }
  }

  @Test
  void aProcessThatIsToldToEndWhileItsEngineClosesTakesTheRecordsAway() {
    for (int i = 0; i < 3; i++) {
      ChildJvm child = start(1);
      child.call("close", SOON);
      child.terminate(SOON);
      assertThat(isPublished("alpha")).isFalse();
    }
  }

  @Test
  void anEngineMayStartWhileItsProcessEndsButIsNotWithdrawn() {
    ChildJvm child = start(1);
    child.call("late", SOON);
    child.terminate(SOON);
    assertThat(isPublished("alpha")).isFalse();
    assertThat(isPublished("alpha-late")).isTrue();
  }

  @Test
  void withoutTheOptionTheRecordsStay() {
    ChildJvm child = start(1, "mooncake.metadata.withdraw-on-exit=false");

    child.terminate(SOON);

    assertThat(isPublished("alpha")).isTrue();
  }

  @Test
  void aSilentServerDelaysTheEndOfAProcessBySecondsOnly() {
    ChildJvm child = start(3);
    server.behave(HttpFaults.silence());

    child.terminate(Duration.ofSeconds(20));

    server.behave(records);
    assertThat(isPublished("alpha")).isTrue();
  }

  @Test
  void aServerThatComesBackEmptyIsFilledAgain() {
    start(1);
    String address = records.record("mooncake/rpc_meta/alpha").orElseThrow();
    server.stop();
    records.clear();
    server.restart();

    Await.until(
        () -> records.record("mooncake/rpc_meta/alpha").equals(java.util.Optional.of(address)),
        SOON,
        "the address");
    Await.until(
        () -> records.record("mooncake/ram/alpha").orElse("").contains("\"addr\":"),
        SOON,
        "the descriptor");
  }
}
