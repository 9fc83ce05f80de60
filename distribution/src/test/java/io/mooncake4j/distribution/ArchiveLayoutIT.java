package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is where in the archive. */
class ArchiveLayoutIT {
  private static UnpackedArchive archive;

  @BeforeAll
  static void unpack(@TempDir Path folder) throws Exception {
    archive = UnpackedArchive.below(folder);
  }

  @Test
  void bothFormsHoldTheSame() throws Exception {
    UnpackedArchive.Result tar =
        UnpackedArchive.run(
            Path.of("."),
            Map.of(),
            List.of("tar", "-tzf", UnpackedArchive.file("tar.gz").toString()));
    try (ZipFile zip = new ZipFile(UnpackedArchive.file("zip").toFile())) {
      assertThat(tar.output().lines().filter(name -> !name.endsWith("/")))
          .containsExactlyInAnyOrderElementsOf(
              zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList());
    }
  }

  @Test
  void hasTheFoldersAndTheLegalFiles() throws Exception {
    assertThat(archive.namesIn("."))
        .contains("bin", "lib", "plugins", "conf", "tools", "docs", "LICENSE", "NOTICE");
    assertThat(archive.namesIn("conf"))
        .containsExactlyInAnyOrder("mooncake.properties", "logback.xml");
    assertThat(Files.isExecutable(archive.home().resolve("bin/mooncake"))).isTrue();
  }

  @Test
  void libHoldsTheEngineAndNeitherPluginsNorTestLibraries() throws Exception {
    assertThat(archive.namesIn("lib"))
        .anyMatch(name -> name.startsWith("mooncake4j-api-"))
        .anyMatch(name -> name.startsWith("mooncake4j-ffi-"))
        .anyMatch(name -> name.startsWith("mooncake4j-core-"))
        .anyMatch(name -> name.startsWith("mooncake4j-distribution-"))
        .anyMatch(name -> name.startsWith("pf4j-"))
        .anyMatch(name -> name.startsWith("jffi-") && name.endsWith("-native.jar"))
        .noneMatch(
            name ->
                name.matches(
                    "(mooncake4j-(plugin|testkit)|junit|assertj|byte-buddy|archunit|netty"
                        + "|okhttp|okio|kotlin).*"));
  }

  @Test
  void pluginsWithLibrariesAreZipsOfThemAndTheirOwnJar() throws Exception {
    Path plugin = archive.fileIn("plugins", "mooncake4j-plugin-metadata-http-.*");
    assertThat(plugin.toString()).endsWith(".zip");
    try (ZipFile zip = new ZipFile(plugin.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .anyMatch(name -> name.matches("lib/mooncake4j-plugin-metadata-http-.*\\.jar"))
          .anyMatch(name -> name.matches("lib/okhttp-jvm-.*\\.jar"))
          .anyMatch(name -> name.matches("lib/okio-jvm-.*\\.jar"))
          .anyMatch(name -> name.matches("lib/kotlin-stdlib-.*\\.jar"))
          .allMatch(name -> name.startsWith("lib/"))
          .noneMatch(name -> name.matches("lib/(mooncake4j-api|slf4j|jnr-|junit|logback).*"));
    }
  }

  @Test
  void sharedMemoryBringsItsWayToTheCLibraryAndLeavesTheNativePartToTheEngine() throws Exception {
    Path plugin = archive.fileIn("plugins", "mooncake4j-plugin-shm-.*");
    assertThat(plugin.toString()).endsWith(".zip");
    try (ZipFile zip = new ZipFile(plugin.toFile())) {
      assertThat(zip.stream().filter(it -> !it.isDirectory()).map(ZipEntry::getName))
          .hasSize(2)
          .anyMatch(name -> name.matches("lib/mooncake4j-plugin-shm-.*\\.jar"))
          .anyMatch(name -> name.matches("lib/mooncake4j-ffi-.*\\.jar"));
    }
  }

  @Test
  void toolsHoldsWhatAPluginAuthorTestsWith() throws Exception {
    assertThat(archive.namesIn("tools"))
        .anyMatch(name -> name.startsWith("mooncake4j-testkit-"))
        .anyMatch(name -> name.startsWith("junit-jupiter-engine-"))
        .anyMatch(name -> name.startsWith("assertj-core-"))
        .noneMatch(name -> name.startsWith("archunit"));
  }

  @Test
  void pluginsTellInTheirManifestsWhoTheyAre() throws Exception {
    assertThat(archive.namesIn("plugins"))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("mooncake4j-plugin-"));
    for (Path plugin : archive.filesIn("plugins")) {
      Attributes attributes = manifestOf(ownJarOf(plugin));
      assertThat(attributes.getValue("Plugin-Id")).as(plugin.toString()).isNotBlank();
      assertThat(attributes.getValue("Plugin-Version")).as(plugin.toString()).isNotBlank();
      assertThat(attributes.getValue("Plugin-Requires")).isEqualTo(">=0.1.0 & <0.2.0");
      assertThat(attributes.getValue("Plugin-Provider")).isEqualTo("mooncake4j");
      assertThat(attributes.getValue("Plugin-Description")).as(plugin.toString()).isNotBlank();
    }
  }

  @Test
  void ourJarsHaveModuleNamesAndTheLicence() throws Exception {
    for (String folder : List.of("lib", "plugins", "tools")) {
      for (Path jar : archive.filesIn(folder)) {
        if (jar.getFileName().toString().startsWith("mooncake4j-")) {
          assertThat(manifestOf(ownJarOf(jar)).getValue("Automatic-Module-Name"))
              .as(jar.toString())
              .startsWith("io.mooncake4j.");
          try (JarFile file = new JarFile(ownJarOf(jar).toFile())) {
            assertThat(file.getEntry("META-INF/LICENSE")).as(jar.toString()).isNotNull();
          }
        }
      }
    }
  }

  /** Of a zip the plugin's jar that lies in it, else the file itself. */
  private static Path ownJarOf(Path file) throws IOException {
    if (!file.toString().endsWith(".zip")) {
      return file;
    }
    String name = file.getFileName().toString().replaceAll("zip$", "jar");
    Path jar = archive.home().resolveSibling(name);
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream in = zip.getInputStream(zip.getEntry("lib/" + name))) {
      Files.copy(in, jar, StandardCopyOption.REPLACE_EXISTING);
    }
    return jar;
  }

  private static Attributes manifestOf(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest().getMainAttributes();
    }
  }
}
