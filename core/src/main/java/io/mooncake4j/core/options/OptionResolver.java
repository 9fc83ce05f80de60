package io.mooncake4j.core.options;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.core.options.EnvironmentAliases.AliasValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the value of each option: properties file, then environment, then system properties, then
 * the program; the last one that sets it wins.
 *
 * <p>An option {@code mooncake.tcp.connections} is set by that key in the file, by {@code
 * -Dmooncake.tcp.connections}, by the program, and by the environment variable {@code
 * MOONCAKE4J_TCP_CONNECTIONS}. C++ Mooncake's variables count where an option declares them, below
 * our own variable. (Variables that begin with {@code MOONCAKE_} are C++ Mooncake's and are left
 * alone.)
 *
 * <p>Sources are read once, when the resolver is made. Immutable and safe from any thread.
 */
public final class OptionResolver {
  private static final Logger LOG = LoggerFactory.getLogger(OptionResolver.class);
  private static final String KEY_PREFIX = "mooncake.";
  private static final int MOST_KEYS_NAMED = 10;

  /** A text and who wrote it. */
  private record Setting(String text, String source) {}

  private static final String PROGRAM = "the program";

  private final ProcessEnvironment environment;
  private final Map<String, Setting> fromFile = new TreeMap<>();
  private final Map<String, Setting> fromVariables = new TreeMap<>();
  private final Map<String, Setting> fromProperties = new TreeMap<>();
  private final Map<String, Setting> fromProgram = new TreeMap<>();

  /**
   * Reads the sources.
   *
   * @param file a properties file, or nothing
   * @param environment environment variables and system properties
   * @param program what the program sets, by key
   * @throws MooncakeException with {@link ErrorCode#OPTION} when the file cannot be read, is
   *     malformed or sets a key twice
   */
  public OptionResolver(
      Optional<Path> file, ProcessEnvironment environment, Map<String, String> program) {
    this(file, environment, program, Map.of());
  }

  /**
   * Reads the sources, for a program that sets options on behalf of others.
   *
   * @param file a properties file, or nothing
   * @param environment environment variables and system properties
   * @param program what the program sets, by key
   * @param sources what is shown as the source of these, by key; {@code the program} if nothing
   * @throws MooncakeException as the other constructor
   */
  public OptionResolver(
      Optional<Path> file,
      ProcessEnvironment environment,
      Map<String, String> program,
      Map<String, String> sources) {
    this.environment = environment;
    file.ifPresent(
        path ->
            PropertiesFile.read(path)
                .forEach(
                    (key, entry) ->
                        fromFile.put(key, new Setting(entry.value(), path + ":" + entry.line()))));
    environment
        .variables()
        .forEach(
            (name, text) -> {
              if (name.startsWith(DeclaredOptions.VARIABLE_PREFIX)) {
                fromVariables.put(name, new Setting(text, OptionValue.VARIABLE + name));
              }
            });
    environment
        .properties()
        .forEach(
            (name, text) -> {
              if (name.startsWith(KEY_PREFIX)
                  && !ProcessEnvironment.LAUNCHER_PROPERTIES.contains(name)) {
                fromProperties.put(name, new Setting(text, "system property -D" + name));
              }
            });
    program.forEach(
        (key, text) -> fromProgram.put(key, new Setting(text, sources.getOrDefault(key, PROGRAM))));
  }

  /**
   * Reads the sources that a program's configuration names. Without a file of its own, {@code
   * conf/mooncake.properties} of the distribution counts, if there is one.
   *
   * @param configuration what the program asks for
   * @return the resolver
   * @throws MooncakeException as the constructor
   */
  public static OptionResolver of(EngineConfiguration configuration) {
    ProcessEnvironment environment =
        configuration.readEnvironment() ? ProcessEnvironment.current() : ProcessEnvironment.none();
    return new OptionResolver(
        fileOf(configuration, environment),
        environment,
        configuration.options(),
        configuration.sources());
  }

  /**
   * Returns the properties file that counts.
   *
   * @param configuration may name one
   * @param environment may name the distribution, whose file counts if there is one
   * @return the file; one that the configuration names need not exist
   */
  public static Optional<Path> fileOf(
      EngineConfiguration configuration, ProcessEnvironment environment) {
    return Optional.ofNullable(configuration.configurationFile())
        .or(
            () ->
                environment
                    .home()
                    .map(home -> home.resolve("conf").resolve("mooncake.properties"))
                    .filter(Files::exists));
  }

  /**
   * Returns the environment that this resolver reads.
   *
   * @return environment variables and system properties
   */
  public ProcessEnvironment environment() {
    return environment;
  }

  /**
   * Finds the engine's own options before the plugins are known, which bring the other
   * declarations: no key counts as unknown, and nothing is logged.
   *
   * @return the values of {@link CoreOptions#all()}
   * @throws MooncakeException with {@link ErrorCode#OPTION} when a value is not valid
   */
  public ResolvedOptions resolveCore() {
    Diagnosis diagnosis = diagnoseCore();
    if (!diagnosis.problems().isEmpty()) {
      throw diagnosis.problems().get(0).exception();
    }
    return diagnosis.options();
  }

  /**
   * Finds the engine's own options as {@link #resolveCore} does, and tells what is wrong instead of
   * refusing it.
   *
   * @return the values, the default in place of one that is not valid
   */
  public Diagnosis diagnoseCore() {
    List<Diagnosis.Problem> problems = new ArrayList<>();
    return new Diagnosis(values(DeclaredOptions.core(), List.of(), problems), problems);
  }

  /**
   * Finds all options, and refuses what is wrong.
   *
   * @param declared every option there is
   * @return their values; what had to be ignored is logged and in {@link
   *     ResolvedOptions#warnings()}
   * @throws MooncakeException with {@link ErrorCode#OPTION} when a key is unknown or a value is not
   *     valid
   */
  public ResolvedOptions resolve(DeclaredOptions declared) {
    Diagnosis diagnosis = diagnose(declared);
    if (!diagnosis.problems().isEmpty()) {
      throw diagnosis.problems().get(0).exception();
    }
    diagnosis.options().warnings().forEach(LOG::warn);
    return diagnosis.options();
  }

  /**
   * Finds all options, and tells what is wrong instead of refusing it; nothing is logged.
   *
   * @param declared every option there is
   * @return their values, the default in place of one that is not valid, and all problems
   */
  public Diagnosis diagnose(DeclaredOptions declared) {
    List<Diagnosis.Problem> problems = new ArrayList<>();
    Map<String, String> foreign = new TreeMap<>();
    for (Map<String, Setting> source : List.of(fromFile, fromProperties, fromProgram)) {
      source.forEach(
          (key, setting) ->
              checkKey(declared, key, setting, foreign)
                  .ifPresent(e -> problems.add(new Diagnosis.Problem(key, e))));
    }
    fromVariables.forEach(
        (name, setting) ->
            checkVariable(declared, name, setting, foreign)
                .ifPresent(e -> problems.add(new Diagnosis.Problem(name, e))));
    List<String> ignored = foreign.isEmpty() ? List.of() : List.of(foreignWarning(foreign));
    return new Diagnosis(values(declared, ignored, problems), problems);
  }

  /**
   * What is wrong with a key; one of something that is not installed is noted in {@code foreign}.
   */
  private static Optional<MooncakeException> checkKey(
      DeclaredOptions declared, String key, Setting setting, Map<String, String> foreign) {
    if (declared.contains(key)) {
      return Optional.empty();
    }
    Optional<String> mistaken = declared.sameInOtherGroup(key);
    if (declared.isForeign(key) && mistaken.isEmpty()) {
      foreign.put(key, setting.source());
      return Optional.empty();
    }
    return Optional.of(
        unknown(
            "option " + key,
            setting,
            mistaken.or(() -> declared.nearestKey(key)),
            key.startsWith(KEY_PREFIX)));
  }

  private static Optional<MooncakeException> checkVariable(
      DeclaredOptions declared, String name, Setting setting, Map<String, String> foreign) {
    if (declared.containsVariable(name)) {
      return Optional.empty();
    }
    Optional<String> mistaken = declared.sameVariableInOtherGroup(name);
    if (declared.isForeignVariable(name) && mistaken.isEmpty()) {
      foreign.put(name, "environment");
      return Optional.empty();
    }
    return Optional.of(
        unknown(
            "variable " + name, setting, mistaken.or(() -> declared.nearestVariable(name)), true));
  }

  private static MooncakeException unknown(
      String what, Setting setting, Optional<String> nearest, boolean named) {
    String advice =
        nearest
            .map(key -> "; did you mean " + key + "?")
            .orElse(named ? "; remove it" : "; keys begin with " + KEY_PREFIX);
    return new MooncakeException(
        ErrorCode.OPTION, "unknown " + what + " (" + setting.source() + ")" + advice);
  }

  private static String foreignWarning(Map<String, String> foreign) {
    List<String> named =
        foreign.entrySet().stream()
            .limit(MOST_KEYS_NAMED)
            .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
            .toList();
    int more = foreign.size() - named.size();
    return "options of providers that are not installed are ignored: "
        + String.join(", ", named)
        + (more > 0 ? " and " + more + " more" : "");
  }

  private ResolvedOptions values(
      DeclaredOptions declared, List<String> warnings, List<Diagnosis.Problem> problems) {
    EnvironmentAliases aliases = new EnvironmentAliases(environment);
    List<ForcedTransport> forced =
        declared.forcedTransports().stream()
            .filter(it -> environment.variables().containsKey(it.variable()))
            .toList();
    List<OptionValue<?>> values = new ArrayList<>();
    for (Option<?> option : declared.all()) {
      try {
        values.add(value(option, aliases, forced));
      } catch (MooncakeException e) {
        problems.add(new Diagnosis.Problem(option.key(), e));
        values.add(OptionValue.atDefault(option));
      }
    }
    List<String> all = new ArrayList<>(warnings);
    all.addAll(aliases.warnings());
    if (forced.stream().map(ForcedTransport::transport).distinct().count() > 1) {
      all.add(
          "the environment forces several transports by "
              + forced.stream().map(ForcedTransport::variable).toList()
              + "; "
              + forced.get(0).transport()
              + " is taken");
    }
    return new ResolvedOptions(values, all);
  }

  private <T> OptionValue<T> value(
      Option<T> option, EnvironmentAliases aliases, List<ForcedTransport> forced) {
    Optional<Setting> setting = setting(option, aliases, forced);
    if (setting.isEmpty()) {
      return OptionValue.atDefault(option);
    }
    String text = setting.get().text();
    String source = setting.get().source();
    try {
      return new OptionValue<>(option, option.parse(text), source);
    } catch (IllegalArgumentException e) {
      // What the type says about a secret may quote it.
      String problem = option.secret() ? "it is not valid" : e.getMessage();
      throw new MooncakeException(
          ErrorCode.OPTION,
          option
              + "="
              + (option.secret() ? OptionValue.MASK : text)
              + " ("
              + source
              + "): "
              + problem
              + "; valid: "
              + option.validValues(),
          option.secret() ? null : e);
    }
  }

  private Optional<Setting> setting(
      Option<?> option, EnvironmentAliases aliases, List<ForcedTransport> forced) {
    return Optional.ofNullable(fromProgram.get(option.key()))
        .or(() -> Optional.ofNullable(fromProperties.get(option.key())))
        .or(() -> Optional.ofNullable(fromVariables.get(DeclaredOptions.variableOf(option.key()))))
        .or(() -> aliases.read(option).map(OptionResolver::ofAlias))
        .or(() -> forced(option, forced))
        .or(() -> Optional.ofNullable(fromFile.get(option.key())));
  }

  private static Optional<Setting> forced(Option<?> option, List<ForcedTransport> forced) {
    return forced.stream()
        .filter(it -> option.key().equals(CoreOptions.TRANSPORTS.key()))
        .findFirst()
        .map(it -> new Setting(it.transport(), OptionValue.VARIABLE + it.variable()));
  }

  private static Setting ofAlias(AliasValue alias) {
    return new Setting(alias.text(), OptionValue.VARIABLE + alias.variable());
  }
}
