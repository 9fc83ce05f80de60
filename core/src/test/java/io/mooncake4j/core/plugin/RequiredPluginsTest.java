package io.mooncake4j.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ProcessEnvironment;
import io.mooncake4j.core.options.ResolvedOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is required and cannot be had is refused with the cause. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RequiredPluginsTest {
  @TempDir Path folder;

  @BeforeEach
  void install() throws IOException {
    TestPlugin.transport("good-id", "good").jar(folder.resolve("good.jar"));
    TestPlugin.empty("idle-id")
        .transport(TransportSource.named("idle").availability("Availability.no(\"no device\")"))
        .jar(folder.resolve("idle.jar"));
    TestPlugin.empty("bad-id").jar(folder.resolve("bad.jar"));
    TestPlugin.garbage(folder.resolve("garbage.jar"));
  }

  private static ResolvedOptions options(String required, String disabled) {
    return new OptionResolver(
            Optional.empty(),
            ProcessEnvironment.none(),
            Map.of("mooncake.plugins.required", required, "mooncake.plugins.disabled", disabled))
        .resolveCore();
  }

  private void check(String required, String disabled) {
    Set<String> ids = disabled.isEmpty() ? Set.of() : Set.of(disabled);
    try (PluginCatalog catalog =
        PluginCatalog.load(new PluginSources(PluginFixture.CLASS_PATH, List.of(folder), ids))) {
      RequiredPlugins.check(catalog, options(required, disabled));
    }
  }

  private void assertRefused(ErrorCode code, String required, String disabled, String... words) {
    assertThatThrownBy(() -> check(required, disabled))
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.getMessage()).contains(words);
            });
  }

  @Test
  void whatIsInstalledAndAvailableIsFine() {
    assertThatCode(() -> check("", "")).doesNotThrowAnyException();
    assertThatCode(() -> check("good-id", "")).doesNotThrowAnyException();
    assertThatCode(() -> check("good-id", "idle-id")).doesNotThrowAnyException();
  }

  @Test
  void whatIsNotInstalledIsNamedWithWhatIs() {
    assertRefused(
        ErrorCode.PLUGIN,
        "good-id,absent",
        "idle-id",
        "mooncake.plugins.required=absent (the program)",
        "installed are [good-id, idle-id]",
        "garbage.jar");
  }

  @Test
  void allThatAreMissingAreNamed() {
    assertRefused(ErrorCode.PLUGIN, "absent,gone", "", "required=absent (", "required=gone (");
  }

  @Test
  void refusedUnavailableAndDisabledOnesHaveTheirCause() {
    assertRefused(
        ErrorCode.PLUGIN, "bad-id", "", "the plugin was refused (", "it provides nothing");
    assertRefused(
        ErrorCode.PLUGIN, "idle-id", "", "its transport idle is not available: no device");
    assertRefused(
        ErrorCode.OPTION,
        "good-id",
        "good-id",
        "mooncake.plugins.required=good-id (the program) contradicts"
            + " mooncake.plugins.disabled=good-id (the program)");
  }
}
