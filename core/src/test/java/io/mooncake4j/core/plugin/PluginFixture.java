package io.mooncake4j.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.Command;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;

/** What tests of the loader share. */
final class PluginFixture {
  private static final String SERVICES = "META-INF/services/io.mooncake4j.spi.";

  /** The class path of core, without the providers that core's other tests bring. */
  static final ClassLoader CLASS_PATH =
      new ClassLoader("class path", PluginFixture.class.getClassLoader()) {
        @Override
        public URL getResource(String name) {
          return name.startsWith(SERVICES) ? null : super.getResource(name);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
          return name.startsWith(SERVICES)
              ? Collections.emptyEnumeration()
              : super.getResources(name);
        }
      };

  private PluginFixture() {}

  static PluginCatalog load(Path... folders) {
    return PluginCatalog.load(new PluginSources(CLASS_PATH, List.of(folders), Set.of()));
  }

  /** The transports of plugins, without the engine's own. */
  static List<String> names(PluginCatalog catalog) {
    return catalog.transports().stream()
        .filter(it -> !it.plugin().isEngine())
        .map(LoadedProvider::name)
        .toList();
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
