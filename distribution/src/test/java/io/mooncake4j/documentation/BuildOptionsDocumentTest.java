package io.mooncake4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/build-options.md says what the code does with CMake's options. */
class BuildOptionsDocumentTest {
  private static final String DOCUMENT = "docs/build-options.md";

  @Test
  void isUpToDate() throws Exception {
    String generated = BuildOptionsReference.write();
    Path fresh = Documents.path("distribution/target/build-options.md");
    Files.writeString(fresh, generated);

    assertThat(Files.exists(Documents.path(DOCUMENT)) ? Documents.read(DOCUMENT) : "")
        .as("%s is stale: cp %s %s", DOCUMENT, fresh, Documents.path(DOCUMENT))
        .isEqualTo(generated);
  }

  @Test
  void coversTheCombinationsOfTheDevelopersGuide() {
    assertThat(BuildOptionsReference.COMBINATIONS)
        .allSatisfy(it -> assertThat(it.options().problems()).isEmpty())
        .allSatisfy(it -> assertThat(it.options().asked()).hasSize(it.words().size()));
    assertThat(BuildOptionsReference.write())
        .contains("`cmake .. -DBUILD_UNIT_TESTS=ON -DBUILD_EXAMPLES=ON` | `mvn verify`")
        .contains("| `mooncake.plugins.required=cuda,metadata-etcd`, refused in this release: ")
        .contains("`cmake .. -DWITH_STORE=OFF -DWITH_P2P_STORE=OFF`")
        .contains("`cmake .. -DUSE_CUDA=OFF`", "| `mooncake.plugins.disabled=cuda` |");
  }

  @Test
  void coversTheOptionsOfTheDevelopersGuide() {
    String document = BuildOptionsReference.write();

    assertThat(
            List.of(
                "WITH_TE",
                "WITH_STORE",
                "WITH_P2P_STORE",
                "WITH_EP",
                "WITH_RUST_EXAMPLE",
                "USE_CUDA",
                "USE_MUSA",
                "USE_HIP",
                "USE_CXL",
                "USE_ETCD",
                "STORE_USE_ETCD",
                "USE_REDIS",
                "USE_HTTP",
                "BUILD_UNIT_TESTS",
                "BUILD_EXAMPLES",
                "BUILD_SHARED_LIBS",
                "STORE_USE_JEMALLOC"))
        .allSatisfy(name -> assertThat(document).contains("\n| `" + name + "` | "));
  }
}
