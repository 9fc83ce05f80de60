package io.mooncake4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
}
