package io.mooncake4j.core.plugin;

import static io.mooncake4j.core.plugin.PluginFixture.load;
import static io.mooncake4j.core.plugin.PluginFixture.names;
import static io.mooncake4j.core.plugin.PluginFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.config.Option;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PluginCatalogTest {
  @TempDir Path folder;

  @Test
  void jarsZipsAndUnpackedZipsLoad() throws IOException {
    TestPlugin.transport("a-jar", "one").jar(folder.resolve("one.jar"));
    TestPlugin.transport("a-zip", "two").zip(folder.resolve("two.zip"));
    TestPlugin.transport("a-folder", "three").jar(folder.resolve("three/lib/three.jar"));
    Files.writeString(folder.resolve("README.txt"), "no plugin");
    Files.createDirectory(folder.resolve("empty"));
    try (PluginCatalog catalog = load(folder)) {
      assertThat(names(catalog)).containsExactly("one", "three", "two");
      assertThat(catalog.problems()).isEmpty();
      assertThat(catalog.plugins()).allMatch(plugin -> !plugin.onClassPath());
      assertThat(catalog.transport("ONE")).isPresent();
      assertThat(catalog.transport("four")).isEmpty();
      LoadedProvider<?> one = catalog.transport("one").orElseThrow();
      assertThat(one.plugin().id()).isEqualTo("a-jar");
      assertThat(one.plugin().version()).isEqualTo("1.2.3");
      assertThat(one.plugin().source())
          .isEqualTo(folder.resolve("one.jar").toRealPath().toString());
      assertThat(one.availability().available()).isTrue();
    }
  }

  @Test
  void closingClosesEveryPlugin() throws IOException {
    for (int i = 0; i < 3; i++) {
      TestPlugin.transport("plugin-" + i, "wire" + i)
          .source("p.Late", "package p; public class Late {}")
          .zip(folder.resolve(i + ".zip"));
    }
    PluginCatalog catalog = load(folder);
    List<PluginClassLoader> loaders = new ArrayList<>();
    List<Path> unpacked = new ArrayList<>();
    for (LoadedPlugin plugin : catalog.plugins()) {
      PluginClassLoader loader = (PluginClassLoader) plugin.classLoader();
      loaders.add(loader);
      unpacked.add(Path.of(loader.getURLs()[0].getPath()).getParent().getParent());
    }
    assertThat(loaders).hasSize(3).noneMatch(PluginClassLoader::isClosed);
    assertThat(unpacked).allMatch(Files::isDirectory);

    catalog.close();
    assertThat(loaders).allMatch(PluginClassLoader::isClosed);
    assertThat(unpacked).noneMatch(Files::exists);
    for (PluginClassLoader loader : loaders) {
      assertThatThrownBy(() -> loader.loadClass("p.Late"))
          .isInstanceOf(ClassNotFoundException.class);
    }
    catalog.close();
  }

  @Test
  void refusedPluginsLeaveNothingBehind() throws IOException {
    String unique = "refused-" + UUID.randomUUID() + ".zip";
    TestPlugin.empty("bad")
        .transport(TransportSource.named("bad").availability("null"))
        .zip(folder.resolve(unique));
    try (PluginCatalog catalog = load(folder)) {
      assertThat(catalog.problems()).hasSize(1);
      assertThat(catalog.plugins()).isEmpty();
      try (var temporary = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
        assertThat(temporary).noneMatch(path -> path.toString().contains(unique));
      }
    }
  }

  @Test
  void aZipBringsPrivateLibrariesFromAReadOnlyFolder() throws IOException {
    Path library =
        TestPlugin.library()
            .source(
                "lib.Greeting",
                "package lib; public class Greeting { public static String text() { return \"hi\"; } }")
            .jar(folder.resolve("build/greeting.jar"));
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    TestPlugin.empty("wire")
        .library(library)
        .transport(TransportSource.named("wire").probe("out.print(lib.Greeting.text());"))
        .zip(plugins.resolve("wire.zip"));
    Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("r-xr-xr-x"));
    try (PluginCatalog catalog = load(plugins)) {
      assertThat(run(catalog, "wire", "probe")).isEqualTo("hi");
      assertThatThrownBy(() -> Class.forName("lib.Greeting"))
          .isInstanceOf(ClassNotFoundException.class);
    } finally {
      Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    try (var files = Files.list(plugins)) {
      assertThat(files).containsExactly(plugins.resolve("wire.zip"));
    }
  }

  @Test
  void aFileInPlaceOfAFolderIsAProblem() throws IOException {
    Path file = Files.writeString(folder.resolve("plugins"), "");
    try (PluginCatalog catalog = load(file)) {
      assertThat(catalog.problems()).singleElement().asString().contains("NotDirectoryException");
    }
  }

  @Test
  void disabledPluginsAreLeftOutAndListed() throws IOException {
    TestPlugin.transport("one", "one").jar(folder.resolve("one.jar"));
    TestPlugin.transport("two", "two").zip(folder.resolve("two.zip"));
    PluginSources sources =
        new PluginSources(PluginFixture.CLASS_PATH, List.of(folder), Set.of("two", "unheard-of"));
    try (PluginCatalog catalog = PluginCatalog.load(sources)) {
      assertThat(names(catalog)).containsExactly("one");
      assertThat(catalog.disabled()).containsExactly("two");
      assertThat(catalog.problems()).isEmpty();
    }
  }

  @Test
  void unavailableProvidersAreListedWithTheirCause() throws IOException {
    TestPlugin.empty("wire")
        .transport(
            TransportSource.named("wire").availability("Availability.no(\"no such hardware\")"))
        .jar(folder.resolve("wire.jar"));
    try (PluginCatalog catalog = load(folder)) {
      assertThat(catalog.transport("wire").orElseThrow().availability().cause())
          .isEqualTo("no such hardware");
    }
  }

  @Test
  void optionsOfProvidersCanBeSetOnceTheyAreInstalled() throws IOException {
    TestPlugin.empty("wire")
        .transport(
            TransportSource.named("wire")
                .options(
                    "List.of(Option.of(\"mooncake.wire.lanes\", OptionType.INTEGER, 1, \"Lanes.\"))"))
        .jar(folder.resolve("wire.jar"));
    OptionResolver resolver =
        new OptionResolver(
            Optional.empty(), ProcessEnvironment.none(), Map.of("mooncake.wire.lanes", "4"));
    try (PluginCatalog catalog = load(folder)) {
      var provider = catalog.transport("wire").orElseThrow().provider();
      Option<?> lanes = provider.describe().options().get(0);
      assertThat(resolver.resolve(catalog.options()).get(lanes)).isEqualTo(4);
    }
    try (PluginCatalog none = load()) {
      assertThat(resolver.resolve(none.options()).warnings()).hasSize(1);
    }
  }

  @Test
  void theSamePathTwiceIsOnePlugin() throws IOException {
    TestPlugin.transport("one", "one").jar(folder.resolve("one.jar"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    try (PluginCatalog catalog = load(folder, folder, link)) {
      assertThat(names(catalog)).containsExactly("one");
      assertThat(catalog.problems()).isEmpty();
    }
  }

  @Test
  void theClassPathWinsOverFolders() throws IOException {
    Path jar = TestPlugin.transport("one", "one").jar(folder.resolve("app/one.jar"));
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Files.copy(jar, plugins.resolve("one.jar"));
    try (URLClassLoader application =
            new URLClassLoader(new URL[] {jar.toUri().toURL()}, PluginFixture.CLASS_PATH);
        PluginCatalog catalog =
            PluginCatalog.load(new PluginSources(application, List.of(plugins), Set.of()))) {
      LoadedPlugin plugin = catalog.transport("one").orElseThrow().plugin();
      assertThat(plugin.onClassPath()).isTrue();
      assertThat(plugin.id()).isEqualTo("one");
      assertThat(plugin.version()).isEqualTo("1.2.3");
      assertThat(plugin.classLoader()).isSameAs(application);
      assertThat(catalog.problems())
          .singleElement()
          .asString()
          .contains("a plugin with this id is loaded from " + jar);
    }
    try (URLClassLoader application =
            new URLClassLoader(new URL[] {jar.toUri().toURL()}, PluginFixture.CLASS_PATH);
        PluginCatalog catalog =
            PluginCatalog.load(new PluginSources(application, List.of(), Set.of("one")))) {
      assertThat(names(catalog)).isEmpty();
      assertThat(catalog.disabled()).containsExactly("one");
    }
  }

  @Test
  void anEngineLooksInTheDistributionTheOptionsAndTheProgramsFolders() throws IOException {
    Path home = folder.resolve("home");
    Files.createDirectories(home.resolve("plugins"));
    Path conf = Files.createDirectories(home.resolve("conf")).resolve("mooncake.properties");
    Files.writeString(conf, "mooncake.plugins.dirs=/from/options\nmooncake.plugins.disabled=x,y\n");
    EngineConfiguration configuration =
        new EngineConfiguration(Map.of(), List.of(Path.of("/from/program")), null, true);
    OptionResolver resolver =
        new OptionResolver(
            Optional.of(conf),
            ProcessEnvironment.of(Map.of(), Map.of("mooncake.home", home.toString())),
            Map.of());
    PluginSources sources = PluginSources.of(configuration, resolver);
    assertThat(sources.folders())
        .containsExactly(
            home.resolve("plugins"), Path.of("/from/options"), Path.of("/from/program"));
    assertThat(sources.disabled()).containsExactlyInAnyOrder("x", "y");
  }
}
