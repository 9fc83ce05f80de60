package io.mooncake4j.cli.setup;

import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder that an archive of mooncake4j was unpacked to, with {@code bin/ lib/ plugins/ conf/}.
 *
 * <p>A program that runs from class folders has no installation, and every question is answered
 * with "none". Immutable.
 */
public final class Installation {
  private final Path home;

  /**
   * Makes an installation.
   *
   * @param home the folder with {@code lib/}, or null for none
   */
  public Installation(Path home) {
    this.home = home;
  }

  /**
   * Finds the installation that this process runs from.
   *
   * @param environment names the folder when the launcher started the process
   * @return the installation
   */
  public static Installation find(ProcessEnvironment environment) {
    return new Installation(environment.home().orElseGet(Installation::folderOfThisClass));
  }

  /** Without the launcher, a jar in a folder {@code lib/} says where the installation is. */
  private static Path folderOfThisClass() {
    try {
      var source = Installation.class.getProtectionDomain().getCodeSource();
      Path jar = source == null ? null : Path.of(source.getLocation().toURI()).toAbsolutePath();
      boolean installed = jar != null && Files.isRegularFile(jar) && jar.getParent().endsWith("lib");
      return installed ? jar.getParent().getParent() : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /**
   * Returns the version of this build.
   *
   * @return the version in the jar's manifest, or {@code development} when run from class folders
   */
  public static String version() {
    String version = Installation.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * Returns the folder with the plugins.
   *
   * @return {@code plugins/} when it exists
   */
  public Optional<Path> plugins() {
    return home == null
        ? Optional.empty()
        : Optional.of(home.resolve("plugins")).filter(Files::isDirectory);
  }

  /**
   * Returns the archive that the installation was unpacked from, if it still lies beside it or in
   * the build folder of the source tree around it.
   *
   * @return the archive
   */
  public Optional<Path> archive() {
    if (home == null || home.getParent() == null) {
      return Optional.empty();
    }
    Path beside = home.getParent();
    List<Path> folders = new ArrayList<>(List.of(beside));
    if (beside.getParent() != null) {
      folders.add(beside.getParent().resolve("distribution").resolve("target"));
    }
    for (Path folder : folders) {
      for (String suffix : List.of(".tar.gz", ".zip")) {
        Path archive = folder.resolve("mooncake4j-" + version() + suffix);
        if (Files.isReadable(archive)) {
          return Optional.of(archive);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the jars in {@code lib/}.
   *
   * @return the jars, sorted by name; empty without an installation
   * @throws IOException when the folder cannot be read
   */
  public List<Path> libraries() throws IOException {
    if (home == null) {
      return List.of();
    }
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(home.resolve("lib"), "*.jar")) {
      files.forEach(jars::add);
    }
    jars.sort(null);
    return List.copyOf(jars);
  }
}
