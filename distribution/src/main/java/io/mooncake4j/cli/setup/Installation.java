package io.mooncake4j.cli.setup;

import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder that an archive of mooncake4j was unpacked to, with {@code bin/ lib/ plugins/ conf/}.
 *
 * <p>A program that was not started by the launcher in {@code bin/} has no installation, and every
 * question is answered with "none". Immutable.
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
   * @param environment has what the launcher says
   * @return the installation
   */
  public static Installation find(ProcessEnvironment environment) {
    return new Installation(environment.home().orElse(null));
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
