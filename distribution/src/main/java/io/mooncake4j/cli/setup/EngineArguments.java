package io.mooncake4j.cli.setup;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.cmake.BuildOptions;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.OptionValue;
import io.mooncake4j.spi.NetworkOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The parameters that every command takes, before or behind the command's word. */
public final class EngineArguments {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String COMMAND_LINE = "command line";

  private final Installation installation;
  private final List<List<Definition>> definitions = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Read options from this file instead of conf/mooncake.properties.")
  private Path file;

  @Option(
      names = "--plugins",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description = "Load plugins from this folder too, besides plugins/ of the installation.")
  private Path plugins;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log every change of state, and show the stack trace of an error.")
  private boolean verbose;

  @Option(
      names = {"-D", "--define"},
      paramLabel = "KEY=VALUE",
      scope = ScopeType.INHERIT,
      converter = Definition.Reader.class,
      description = {
        "Set an option of the engine, such as mooncake.network.port.min=20000,",
        "or ask for what a CMake option of C++ Mooncake builds in, such as USE_CUDA=ON."
      })
  void define(List<Definition> some) {
    // Called with a growing list for the words before the command's word, and with another one for
    // those behind it.
    if (some != null && definitions.stream().noneMatch(known -> known == some)) {
      definitions.add(some);
    }
  }

  private Stream<Definition> definitions() {
    return definitions.stream().flatMap(List::stream);
  }

  /**
   * Makes arguments with nothing set.
   *
   * @param installation where the program is installed
   */
  public EngineArguments(Installation installation) {
    this.installation = installation;
  }

  /**
   * Returns where the program is installed.
   *
   * @return the installation
   */
  public Installation installation() {
    return installation;
  }

  /**
   * Says whether stack traces are wanted.
   *
   * @return true with {@code --verbose}
   */
  public boolean verbose() {
    return verbose;
  }

  /**
   * Returns what the user asks an engine to be.
   *
   * @return the configuration, build options as the properties that stand for them
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when a file or a folder is
   *     missing, or as {@link BuildOptions#properties} when a build option cannot be had
   */
  public EngineConfiguration configuration() {
    missing()
        .ifPresent(
            words -> {
              throw new MooncakeException(ErrorCode.INVALID_ARGUMENT, words);
            });
    BuildOptions build = buildOptions();
    if (build.isEmpty()) {
      return plainConfiguration();
    }
    EngineConfiguration plain = plainConfiguration();
    Map<String, String> options = new LinkedHashMap<>(plain.options());
    Map<String, String> sources = new LinkedHashMap<>(plain.sources());
    build
        .properties(OptionResolver.of(plain).diagnoseCore().options())
        .forEach(
            (key, value) -> {
              options.put(key, value);
              sources.put(key, build.sourceOf(key));
            });
    return new EngineConfiguration(
        options,
        plain.pluginFolders(),
        plain.configurationFile(),
        plain.readEnvironment(),
        sources);
  }

  /**
   * Returns the same without build options, and without looking whether files are there.
   *
   * @return the configuration
   */
  public EngineConfiguration plainConfiguration() {
    Map<String, String> options = new LinkedHashMap<>();
    definitions()
        .filter(definition -> !BuildOptions.isOne(definition.key()))
        .forEach(definition -> options.put(definition.key(), definition.value()));
    Map<String, String> sources = new LinkedHashMap<>(options);
    sources.replaceAll((key, value) -> COMMAND_LINE);
    return new EngineConfiguration(
        options, plugins == null ? List.of() : List.of(plugins), file, true, sources);
  }

  /**
   * Finds a parameter that means nothing where no engine runs.
   *
   * @return the first that the user gives, as it is given
   */
  public Optional<String> saidToEngines() {
    return definitions()
        .map(definition -> "-D " + OptionValue.withoutUser(definition.toString()))
        .findFirst()
        .or(() -> Optional.ofNullable(file).map(it -> "--config=" + it))
        .or(() -> Optional.ofNullable(plugins).map(it -> "--plugins=" + it));
  }

  /**
   * Says whether the user sets an option by {@code -D}.
   *
   * @param key the option's key
   * @return false when another source sets it, or none
   */
  public boolean defines(String key) {
    return definitions().anyMatch(definition -> definition.key().equals(key));
  }

  /**
   * Compares a flag of a command with the {@code -D} of the option that it sets.
   *
   * @param flag the flag's name
   * @param value what the user gives it
   * @param key the option's key
   * @return how they contradict each other, in words; nothing when they agree or there is no such
   *     {@code -D}
   */
  public Optional<String> contradiction(String flag, String value, String key) {
    return definitions()
        .filter(definition -> definition.key().equals(key) && !definition.value().equals(value))
        .findFirst()
        .map(
            other ->
                flag
                    + "="
                    + OptionValue.withoutUser(value)
                    + " contradicts -D "
                    + OptionValue.withoutUser(other.toString())
                    + "; give one of them");
  }

  /**
   * Returns the CMake options of C++ Mooncake that the user gives.
   *
   * @return the options, and what is wrong with them
   */
  public BuildOptions buildOptions() {
    BuildOptions.Builder builder = new BuildOptions.Builder();
    definitions()
        .filter(definition -> BuildOptions.isOne(definition.key()))
        .forEach(definition -> builder.add(definition.key(), definition.value()));
    return builder.build();
  }

  /**
   * Looks whether the file and the folder that the user names are there.
   *
   * @return what is missing, in words
   */
  public Optional<String> missing() {
    if (file != null && (!Files.isReadable(file) || Files.isDirectory(file))) {
      return Optional.of("--config=" + file + " cannot be read; give an existing properties file");
    }
    if (plugins != null && !Files.isDirectory(plugins)) {
      return Optional.of(
          "--plugins=" + plugins + " is no folder; give the folder that holds the plugin jars");
    }
    return Optional.empty();
  }

  /**
   * Starts the configuration of an engine with what the user asks for.
   *
   * @return a builder
   * @throws MooncakeException as {@link #configuration()}
   */
  public EngineBuilder builder() {
    EngineConfiguration wanted = configuration();
    EngineBuilder builder = TransferEngine.builder();
    if (wanted.configurationFile() != null) {
      builder.configurationFile(wanted.configurationFile());
    }
    wanted.pluginFolders().forEach(builder::pluginFolder);
    wanted.options().forEach((key, value) -> builder.option(key, value, wanted.sources().get(key)));
    return builder;
  }

  /**
   * Starts the configuration of an engine that nobody on another host has to reach: it is bound to
   * the loopback address, unless the user says otherwise with {@code -D}.
   *
   * @return a builder
   * @throws MooncakeException as {@link #configuration()}
   */
  public EngineBuilder loopbackBuilder() {
    EngineBuilder builder = builder();
    for (String key : List.of("mooncake.name", NetworkOptions.BIND_ADDRESS.key())) {
      if (!defines(key)) {
        builder.option(key, LOOPBACK);
      }
    }
    return builder;
  }

  /**
   * Writes the same arguments for another process.
   *
   * @return words of a command line
   */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    definitions().forEach(definition -> words.addAll(List.of("-D", definition.toString())));
    if (file != null) {
      words.addAll(List.of("--config", file.toString()));
    }
    if (plugins != null) {
      words.addAll(List.of("--plugins", plugins.toString()));
    }
    if (verbose) {
      words.add("--verbose");
    }
    return words;
  }
}
