package io.mooncake4j.core.plugin;

import static io.mooncake4j.core.plugin.PluginFixture.load;
import static io.mooncake4j.core.plugin.PluginFixture.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PluginIsolationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.mooncake4j.core.plugin.PluginCatalog.class",
        "com.fasterxml.jackson.databind.ObjectMapper.class",
        "com.fasterxml.jackson.core.JsonFactory.class",
        "picocli.CommandLine.class"
      })
  void aPluginThatNamesWhatIsNotSharedGetsNoClassDefFoundError(String expression) throws Exception {
    Path picocli = picocli();
    TransportSource source =
        TransportSource.named("wire").probe("out.println(" + expression + ".getName());");
    TestPlugin.empty("wire").library(picocli).transport(source).jar(plugins().resolve("wire.jar"));
    try (URLClassLoader application = application(picocli);
        PluginCatalog catalog =
            PluginCatalog.load(new PluginSources(application, List.of(plugins()), Set.of()))) {
      // The application itself has the class: it is hidden, not absent.
      assertThat(application.loadClass(expression.replace(".class", ""))).isNotNull();
      assertThatThrownBy(() -> run(catalog, "wire", "probe"))
          .isInstanceOf(NoClassDefFoundError.class)
          .hasMessage(expression.replace(".class", "").replace('.', '/'));
      assertThat(catalog.problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.mooncake4j.api.TransferEngine",
        "io.mooncake4j.spi.Transport",
        "io.mooncake4j.config.Option",
        "org.slf4j.LoggerFactory",
        "jnr.ffi.Pointer",
        "com.kenai.jffi.Foreign",
        "java.sql.Connection"
      })
  void whatIsSharedIsTheApplications(String className) throws Exception {
    TestPlugin.transport("wire", "wire").jar(plugins().resolve("wire.jar"));
    try (PluginCatalog catalog = load(plugins())) {
      Class<?> seen = catalog.plugins().get(0).classLoader().loadClass(className);
      assertThat(seen).isSameAs(Class.forName(className, false, getClass().getClassLoader()));
    }
  }

  @Test
  void aCopyOfTheApiInAPluginDoesNotCount() throws Exception {
    TestPlugin.transport("wire", "wire")
        .source("io.mooncake4j.api.Extra", "package io.mooncake4j.api; public class Extra {}")
        .jar(plugins().resolve("wire.jar"));
    try (PluginCatalog catalog = load(plugins())) {
      ClassLoader loader = catalog.plugins().get(0).classLoader();
      assertThatThrownBy(() -> loader.loadClass("io.mooncake4j.api.Extra"))
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  @Test
  void thePluginsOwnClassesComeFirstOtherwise() throws Exception {
    TestPlugin.transport("wire", "wire")
        .source(
            "org.assertj.core.api.Assertions",
            "package org.assertj.core.api; public class Assertions {}")
        .resource("logback.xml", "mine")
        .jar(plugins().resolve("wire.jar"));
    try (PluginCatalog catalog = load(plugins())) {
      ClassLoader loader = catalog.plugins().get(0).classLoader();
      Class<?> own = loader.loadClass("org.assertj.core.api.Assertions");
      assertThat(own.getClassLoader()).isSameAs(loader);
      assertThat(own).isNotSameAs(org.assertj.core.api.Assertions.class);
      assertThat(new String(loader.getResourceAsStream("logback.xml").readAllBytes(), UTF_8))
          .isEqualTo("mine");
    }
  }

  @Test
  void resourcesOfTheApplicationAreHidden() throws Exception {
    String services = "META-INF/services/" + TransportProvider.class.getName();
    Path other = TestPlugin.transport("other", "other").jar(folder.resolve("app/other.jar"));
    TestPlugin.transport("wire", "wire").jar(plugins().resolve("wire.jar"));
    try (URLClassLoader application = application(other);
        PluginCatalog catalog =
            PluginCatalog.load(new PluginSources(application, List.of(plugins()), Set.of()))) {
      ClassLoader loader = catalog.transport("wire").orElseThrow().plugin().classLoader();
      assertThat(application.getResource(services)).isNotNull();
      assertThat(loader.resources(services)).hasSize(1);
      assertThat(loader.getResource("io/mooncake4j/core/plugin/PluginCatalog.class")).isNull();
      assertThat(loader.getResources("org/pf4j/Plugin.class").hasMoreElements()).isFalse();
      assertThat(loader.getResource("io/mooncake4j/api/Batch.class")).isNotNull();
      assertThat(loader.resources("io/mooncake4j/api/Batch.class")).hasSize(1);
      assertThat(loader.resources("META-INF/MANIFEST.MF")).hasSize(1);
    }
  }

  @Test
  void everyCallRunsWithThePluginsContextClassLoader() throws Exception {
    TestPlugin.transport("wire", "wire").jar(plugins().resolve("wire.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (PluginCatalog catalog = load(plugins())) {
      Transport transport = catalog.transport("wire").orElseThrow().provider().create(null);
      transport.register(List.of());
      transport.withdraw(List.of());
      transport.quiesce(List.of(), 0);
      assertThatThrownBy(transport::advertise).hasMessage("on purpose");
      assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
      transport.maxSliceBytes();
      transport.submit(new Slice[0], 0, 0);
      transport.cancel(null, ErrorCode.TIMEOUT);
      transport.accept(null);
      transport.release(null);
      assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
      transport.close();
      assertThat(run(catalog, "wire", "calls").lines())
          .contains(
              "constructor=true",
              "name=true",
              "availability=true",
              "describe=true",
              "create=true",
              "commands=true",
              "run=true",
              "register=true",
              "withdraw=true",
              "quiesce=true",
              "advertise=true",
              "maxSliceBytes=true",
              "submit=true",
              "cancel=true",
              "accept=true",
              "release=true",
              "close=true")
          .noneMatch(line -> line.endsWith("=false"));
    }
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  private Path plugins() {
    return folder.resolve("plugins");
  }

  private Path picocli() throws IOException {
    return TestPlugin.library()
        .source("picocli.CommandLine", "package picocli; public class CommandLine {}")
        .jar(folder.resolve("app/picocli.jar"));
  }

  private static URLClassLoader application(Path jar) throws IOException {
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, PluginFixture.CLASS_PATH);
  }
}
