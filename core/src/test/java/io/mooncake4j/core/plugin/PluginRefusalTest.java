package io.mooncake4j.core.plugin;

import static io.mooncake4j.core.plugin.PluginFixture.load;
import static io.mooncake4j.core.plugin.PluginFixture.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.TransportProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with one plugin, it is refused with words, and the good ones load. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PluginRefusalTest {
  @TempDir Path folder;

  @BeforeEach
  void putGoodOnesOnEitherSide() throws IOException {
    TestPlugin.transport("alpha", "alpha").jar(folder.resolve("a.jar"));
    TestPlugin.transport("omega", "omega").jar(folder.resolve("z.jar"));
  }

  @Test
  void brokenArchives() throws IOException {
    TestPlugin.garbage(folder.resolve("broken.jar"));
    assertRefused("", "it cannot be read");
    Files.delete(folder.resolve("broken.jar"));

    TestPlugin.garbage(folder.resolve("broken.zip"));
    assertRefused("", "it cannot be read");
    Files.delete(folder.resolve("broken.zip"));

    Path good = TestPlugin.transport("half", "half").zip(folder.resolve("half.zip"));
    byte[] bytes = Files.readAllBytes(good);
    Files.write(good, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused("", "it cannot be read");
    Files.delete(good);

    Files.write(folder.resolve("empty.jar"), new byte[0]);
    assertRefused("", "it cannot be read");
  }

  @Test
  void aDamagedClassFile() throws IOException {
    TestPlugin.empty("bad")
        .resource("p/bad/Wire.class", "no class file")
        .service(TransportProvider.class, "p.bad.Wire")
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", "its transport: java.lang.ClassFormatError");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ">=0.2.0 & <0.3.0 | it is too new: it requires SPI version >=0.2.0 & <0.3.0",
        "1.0.0 | it is too new",
        ">0.1.0 | it is too old",
        "0.0.9 | it is too old: it requires SPI version 0.0.9, but this mooncake4j has 0.1.0",
        "newest please | its Plugin-Requires \"newest please\" is no range of versions",
      })
  void otherSpiVersions(String requires, String words) throws IOException {
    TestPlugin.transport("bad", "bad")
        .attribute("Plugin-Requires", requires)
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", requires.equals(">0.1.0") ? "it requires SPI version" : words);
  }

  @Test
  void incompleteManifests() throws IOException {
    TestPlugin bad = TestPlugin.transport("bad", "bad").attribute("Plugin-Requires", null);
    bad.jar(folder.resolve("bad.jar"));
    assertRefused("", "its manifest lacks Plugin-Requires;");

    bad.attribute("Plugin-Version", null)
        .attribute("Plugin-Id", " ")
        .jar(folder.resolve("bad.jar"));
    assertRefused("", "its manifest lacks Plugin-Id, Plugin-Version, Plugin-Requires;");

    TestPlugin.zip(folder.resolve("bad.jar"), Map.of("a.txt", new byte[1]));
    assertRefused("", "its manifest lacks Plugin-Id, Plugin-Version, Plugin-Requires;");

    TestPlugin.transport("../bad", "bad").jar(folder.resolve("bad.jar"));
    assertRefused("", "its id \"../bad\" is not made of letters");

    TestPlugin.transport("bad", "bad")
        .attribute("Plugin-Dependencies", "alpha")
        .jar(folder.resolve("bad.jar"));
    assertRefused("", "it depends on other plugins (alpha)");
  }

  @Test
  void duplicates() throws IOException {
    TestPlugin.transport("alpha", "other").jar(folder.resolve("b.jar"));
    assertRefused("alpha", "a plugin with this id is loaded from " + real("a.jar"));
    Files.delete(folder.resolve("b.jar"));

    TestPlugin.transport("twin", "alpha").jar(folder.resolve("b.jar"));
    assertRefused("twin", "there is a transport alpha of plugin alpha 1.2.3 (" + real("a.jar"));
  }

  @Test
  void providersThatCannotBeMade() throws IOException {
    TestPlugin.empty("bad")
        .service(TransportProvider.class, "p.bad.Missing")
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", "Provider p.bad.Missing not found");

    TestPlugin.empty("bad")
        .source("p.bad.Wire", "package p.bad; public class Wire {}")
        .service(TransportProvider.class, "p.bad.Wire")
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", "p.bad.Wire not a subtype");

    TransportSource source = TransportSource.named("bad");
    TestPlugin.empty("bad")
        .source(source.className(), source.code().replace("public Wire()", "private Wire()"))
        .service(TransportProvider.class, source.className())
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", "p.bad.Wire Unable to get public no-arg constructor");

    transport("{ if (true) throw new IllegalStateException(\"no luck\"); }")
        .jar(folder.resolve("bad.jar"));
    assertRefused(
        "bad",
        "its transport p.bad.Wire cannot be used: ",
        "Provider p.bad.Wire could not be instantiated",
        "IllegalStateException: no luck");

    transport("static { if (true) throw new IllegalStateException(\"static\"); }")
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", "ExceptionInInitializerError", "IllegalStateException: static");

    transport("{ if (true) throw new AssertionError(\"asserted\"); }")
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", "AssertionError: asserted");

    transport("static int depth(int n) { return depth(n + 1) + 1; } { depth(0); }")
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", "StackOverflowError");
  }

  @Test
  void providersThatNeedWhatIsNotShared() throws IOException {
    transport("{ io.mooncake4j.core.options.CoreOptions.all(); }").jar(folder.resolve("bad.jar"));
    assertRefused(
        "bad", "class io.mooncake4j.core.options.CoreOptions is not there; a plugin sees");

    TestPlugin.empty("bad")
        .source(
            "p.bad.Wire",
            "package p.bad; public class Wire extends com.fasterxml.jackson.core.JsonFactory {}")
        .service(TransportProvider.class, "p.bad.Wire")
        .jar(folder.resolve("bad.jar"));
    assertRefused("bad", "class com.fasterxml.jackson.core.JsonFactory is not there");
  }

  @Test
  void providersThatMisbehave() throws IOException {
    misbehaves(
        TransportSource.named("bad").availability("fail()").members(FAIL),
        "RuntimeException: oops");
    misbehaves(
        TransportSource.named("bad").availability("null"), "availability() returned nothing");
    misbehaves(
        TransportSource.named("bad").options("fail()").members(FAIL), "RuntimeException: oops");
    misbehaves(
        TransportSource.named("bad").options("overflow()").members(FAIL), "StackOverflowError");
    misbehaves(
        TransportSource.named("bad").options(option("mooncake.alpha.key")),
        "its option mooncake.alpha.key does not begin with mooncake.bad.");
    misbehaves(
        TransportSource.named("bad").options(option("mooncake.transfer.timeout")),
        "its option mooncake.transfer.timeout does not begin with mooncake.bad.");
    misbehaves(TransportSource.named("metadata"), "its name \"metadata\" is taken by the engine's");
    misbehaves(TransportSource.named("under_score"), "its name \"under_score\" is not made of");
  }

  private static final String FAIL =
      "static <T> T fail() { throw new RuntimeException(\"oops\"); }"
          + " static List<Option<?>> overflow() { return overflow(); }";

  private static String option(String key) {
    return "List.of(Option.of(\"" + key + "\", OptionType.TEXT, \"\", \"A test.\"))";
  }

  private void misbehaves(TransportSource source, String words) throws IOException {
    TestPlugin.empty("bad").transport(source).jar(folder.resolve("bad.jar"));
    assertRefused("bad", words);
  }

  @Test
  void pluginsThatProvideNothing() throws IOException {
    TestPlugin.empty("bad").jar(folder.resolve("bad.jar"));
    assertRefused("bad", "it provides nothing");
  }

  @Test
  void zipsThatArePackedWrongly() throws IOException {
    byte[] own =
        Files.readAllBytes(TestPlugin.transport("bad", "bad").jar(folder.resolve("bad.jar")));
    Files.delete(folder.resolve("bad.jar"));
    Path zip = folder.resolve("bad.zip");

    TestPlugin.zip(zip, Map.of("classes/a.class", new byte[1]));
    assertRefused("", "it has no jar in lib/");
    TestPlugin.zip(zip, Map.of("lib/../../evil.jar", own));
    assertRefused("", "it has no jar in lib/");
    TestPlugin.zip(zip, Map.of("lib/a.jar", own, "lib/b.jar", own));
    assertRefused("", "2 jars in lib/ has a manifest with Plugin-Id");
    TestPlugin.zip(
        zip,
        Map.of("lib/a.jar", own, "plugin.properties", bytes("plugin.id=bad\nplugin.version=1")));
    assertRefused("", "its plugin.properties lacks what a manifest calls Plugin-Requires");
    TestPlugin.zip(zip, Map.of("lib/a.jar", own, "plugin.properties", bytes("plugin.id=\\uZZZZ")));
    assertRefused("", "it cannot be read (plugin.properties: Malformed");
    assertThat(folder.getParent().resolve("evil.jar")).doesNotExist();
  }

  @Test
  void oneBadProviderDoesNotTakeTheOthersOfItsPluginAway() throws IOException {
    TestPlugin.transport("mixed", "good")
        .service(TransportProvider.class, "p.mixed.Missing")
        .jar(folder.resolve("mixed.jar"));
    try (PluginCatalog catalog = load(folder)) {
      assertThat(names(catalog)).containsExactly("alpha", "good", "omega");
      assertThat(catalog.problems()).hasSize(1);
      assertThat(catalog.problems().get(0).pluginId()).isEqualTo("mixed");
    }
  }

  @Test
  void missingFolders() {
    Path missing = folder.resolve("missing");
    try (PluginCatalog catalog = load(missing, folder)) {
      assertThat(names(catalog)).containsExactly("alpha", "omega");
      assertThat(catalog.problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.source()).isEqualTo(missing.toString());
                assertThat(problem.cause()).contains("the plugin folder cannot be read");
              });
    }
  }

  private TestPlugin transport(String members) {
    return TestPlugin.empty("bad").transport(TransportSource.named("bad").members(members));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path real(String file) throws IOException {
    return folder.resolve(file).toRealPath();
  }

  private void assertRefused(String id, String... words) {
    try (PluginCatalog catalog = load(folder)) {
      assertThat(names(catalog)).contains("alpha", "omega");
      assertThat(catalog.plugins()).extracting(LoadedPlugin::id).containsExactly("alpha", "omega");
      assertThat(catalog.problems()).hasSize(1);
      PluginProblem problem = catalog.problems().get(0);
      assertThat(problem.pluginId()).isEqualTo(id);
      assertThat(problem.source()).startsWith(folder.toString());
      assertThat(problem.cause()).contains(words);
      assertThat(problem.toString()).contains(problem.source()).contains(words);
    }
  }
}
