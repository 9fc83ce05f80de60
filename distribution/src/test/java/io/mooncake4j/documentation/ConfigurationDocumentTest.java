package io.mooncake4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.Provider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/configuration.md says what the code declares. */
class ConfigurationDocumentTest {
  private static final String DOCUMENT = "docs/configuration.md";

  @Test
  void isUpToDate() throws Exception {
    String generated = ConfigurationReference.write();
    Path fresh = Documents.path("distribution/target/configuration.md");
    Files.writeString(fresh, generated);

    assertThat(Files.exists(Documents.path(DOCUMENT)) ? Documents.read(DOCUMENT) : "")
        .as("%s is stale: cp %s %s", DOCUMENT, fresh, Documents.path(DOCUMENT))
        .isEqualTo(generated);
  }

  @Test
  void containsTheOptionsOfEngineNetworkAndTransport() {
    assertThat(ConfigurationReference.write())
        .contains("### `mooncake.name`", "### `mooncake.network.port.min`", "### `mooncake.tcp.")
        .contains("`MC_MIN_RPC_PORT`", "`MOONCAKE4J_NETWORK_PORT_MIN`", "1024 to 65535");
  }

  @Test
  void coversEveryProviderThatThisBuildMakes() throws Exception {
    String document = ConfigurationReference.write();
    List<Path> services;
    try (Stream<Path> files = Files.walk(Documents.path("plugins"))) {
      services =
          files
              .filter(file -> file.toString().contains("/src/main/resources/META-INF/services/"))
              .filter(Files::isRegularFile)
              .toList();
    }

    assertThat(services).isNotEmpty();
    for (Path service : services) {
      for (String provider : Files.readAllLines(service)) {
        Provider made =
            Class.forName(provider.strip())
                .asSubclass(Provider.class)
                .getDeclaredConstructor()
                .newInstance();
        assertThat(document).as("%s", service).contains(" `" + made.name() + "`\n");
      }
    }
  }

  @Test
  void showsAliasesWithTheirRules() {
    assertThat(ConfigurationReference.write())
        .contains("`MC_USE_IPV6` (set to anything, even nothing or 0, means true)")
        .contains("`MC_TRANSFER_TIMEOUT` (a number of s; less than 5 counts as 5)")
        .contains("`MC_FORCE_TCP` (set to anything, even nothing or 0, means tcp)");
  }
}
