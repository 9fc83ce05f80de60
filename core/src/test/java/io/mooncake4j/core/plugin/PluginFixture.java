package io.mooncake4j.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.Command;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What tests of the loader share. */
final class PluginFixture {
  private PluginFixture() {}

  static PluginCatalog load(Path... folders) {
    return PluginCatalog.load(
        new PluginSources(PluginFixture.class.getClassLoader(), List.of(folders), Set.of()));
  }

  static List<String> names(PluginCatalog catalog) {
    return catalog.transports().stream().map(LoadedProvider::name).toList();
  }

  /** Runs a command of a transport, and returns what it prints. */
  static String run(PluginCatalog catalog, String transport, String command) {
    Command found =
        catalog.transport(transport).orElseThrow().provider().commands().stream()
            .filter(candidate -> candidate.name().equals(command))
            .findFirst()
            .orElseThrow();
    StringWriter out = new StringWriter();
    assertThat(found.run(List.of(), new PrintWriter(out), new PrintWriter(out))).isZero();
    return out.toString();
  }
}
