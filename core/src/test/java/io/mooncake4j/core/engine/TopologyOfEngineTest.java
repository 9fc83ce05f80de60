package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.topology.TopologyDiscovery;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.Topology.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every transport is told the engine's topology. */
class TopologyOfEngineTest {
  @TempDir private Path folder;

  @Test
  void aTransportIsToldWhatThisHostHas() {
    try (TestEngines engines = new TestEngines()) {
      TransferEngine engine = engines.start(DefectiveProvider.NAME);

      assertThat(DefectiveProvider.TOPOLOGIES.get(engine.name()))
          .isEqualTo(
              new TopologyDiscovery(TopologyDiscovery.HOST)
                  .discover(List.of(), Set.of())
                  .topology());
    }
  }

  @Test
  void aTransportIsToldWhatAFileSays() throws Exception {
    Path file = Files.writeString(folder.resolve("t.json"), "{\"cpu:0\":[[\"nic7\"],[\"nic9\"]]}");
    try (TestEngines engines = new TestEngines()) {
      TransferEngine engine =
          engines.start(
              engines
                  .with(DefectiveProvider.NAME)
                  .option("mooncake.topology.file", file.toString()));

      assertThat(DefectiveProvider.TOPOLOGIES.get(engine.name()))
          .isEqualTo(new Topology(Map.of("cpu:0", new Row(List.of("nic7"), List.of("nic9")))));
    }
  }

  @Test
  void anEngineDoesNotStartOnABadFile() {
    try (TestEngines engines = new TestEngines()) {
      String missing = folder.resolve("missing.json").toString();
      assertThatThrownBy(
              () ->
                  engines.start(
                      engines
                          .with(DefectiveProvider.NAME)
                          .option("mooncake.topology.file", missing)))
          .isInstanceOfSatisfying(
              MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPTION))
          .hasMessageContaining("mooncake.topology.file=" + missing);
    }
  }
}
