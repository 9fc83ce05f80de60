package io.mooncake4j.core.options;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every option that may be set: the engine's own and those of the installed providers.
 *
 * <p>Immutable and safe from any thread. Keys are grouped by their second part; a key in a known
 * group that is not declared is a mistake, a key in an unknown group belongs to something that is
 * not installed.
 */
public final class DeclaredOptions {
  /** The environment variable of an option is its key with this in front, in upper case. */
  static final String VARIABLE_PREFIX = "MOONCAKE4J_";

  private static final String KEY_PREFIX = "mooncake.";

  private final Map<String, Option<?>> options;
  private final Map<String, String> keysByVariable;
  private final Set<String> groups;
  private final List<ForcedTransport> forcedTransports;

  private DeclaredOptions(
      Map<String, Option<?>> options, Set<String> groups, List<ForcedTransport> forcedTransports) {
    this.options = options;
    this.groups = groups;
    this.forcedTransports = List.copyOf(forcedTransports);
    this.keysByVariable = new TreeMap<>();
    options.keySet().forEach(key -> keysByVariable.put(variableOf(key), key));
  }

  /**
   * Returns the engine's own options.
   *
   * @return {@link CoreOptions#all()}
   */
  public static DeclaredOptions core() {
    return of(CoreOptions.all());
  }

  static DeclaredOptions of(Collection<Option<?>> own) {
    Map<String, Option<?>> options = new TreeMap<>();
    Set<String> groups = new TreeSet<>();
    for (Option<?> option : own) {
      options.put(option.key(), option);
      groupOf(option.key()).ifPresent(groups::add);
    }
    return new DeclaredOptions(options, groups, List.of());
  }

  /**
   * Returns these options and those of one provider. A key that is declared already is the same
   * option: a plugin may have providers of several kinds with one name.
   *
   * @param name the provider's name, which is the second part of its keys
   * @param more its options
   * @return a copy
   * @throws MooncakeException with {@link ErrorCode#PLUGIN} when the name is a group of the engine,
   *     a key is not in the provider's group, is declared differently already, or has the same
   *     environment variable as another
   */
  public DeclaredOptions with(String name, Collection<Option<?>> more) {
    checkName(name);
    Map<String, Option<?>> merged = new TreeMap<>(options);
    Map<String, String> variables = new TreeMap<>(keysByVariable);
    for (Option<?> option : more) {
      String key = option.key();
      if (!key.startsWith(KEY_PREFIX + name + ".")) {
        throw new MooncakeException(
            ErrorCode.PLUGIN,
            "its option " + key + " does not begin with " + KEY_PREFIX + name + ".");
      }
      String other = variables.put(variableOf(key), key);
      if (other != null && !other.equals(key)) {
        throw new MooncakeException(
            ErrorCode.PLUGIN,
            "its option " + key + " has the same environment variable as " + other);
      }
      Option<?> twin = merged.putIfAbsent(key, option);
      if (twin != null && twin != option && !isSame(twin, option)) {
        throw new MooncakeException(
            ErrorCode.PLUGIN, "its option " + key + " is declared differently by another provider");
      }
    }
    Set<String> moreGroups = new TreeSet<>(groups);
    moreGroups.add(name);
    return new DeclaredOptions(merged, moreGroups, forcedTransports);
  }

  /**
   * Returns these options and the variables that leave one transport only.
   *
   * @param all what the installed transports declare, the one that counts first
   * @return a copy
   */
  public DeclaredOptions with(List<ForcedTransport> all) {
    return new DeclaredOptions(options, groups, all);
  }

  /**
   * Returns the variables that set {@link CoreOptions#TRANSPORTS}.
   *
   * @return the one that counts first
   */
  public List<ForcedTransport> forcedTransports() {
    return forcedTransports;
  }

  private static boolean isSame(Option<?> one, Option<?> other) {
    return one.validValues().equals(other.validValues())
        && one.defaultValue().equals(other.defaultValue())
        && one.secret() == other.secret()
        && one.aliases().equals(other.aliases());
  }

  private static void checkName(String name) {
    boolean engines =
        CoreOptions.all().stream()
            .anyMatch(
                option ->
                    option.key().equals(KEY_PREFIX + name)
                        || option.key().startsWith(KEY_PREFIX + name + "."));
    if (engines) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "its name \"" + name + "\" is taken by the engine's own options " + KEY_PREFIX + name);
    }
  }

  /**
   * Returns all options.
   *
   * @return sorted by key
   */
  public Collection<Option<?>> all() {
    return List.copyOf(options.values());
  }

  /**
   * Returns the environment variable that sets an option, besides C++ Mooncake's.
   *
   * @param key the option's key
   * @return for {@code mooncake.network.port.min}: {@code MOONCAKE4J_NETWORK_PORT_MIN}
   */
  public static String variableOf(String key) {
    return VARIABLE_PREFIX
        + key.substring(KEY_PREFIX.length())
            .toUpperCase(Locale.ROOT)
            .replace('.', '_')
            .replace('-', '_');
  }

  boolean contains(String key) {
    return options.containsKey(key);
  }

  boolean containsVariable(String variable) {
    return keysByVariable.containsKey(variable);
  }

  /** Whether a key that is not declared belongs to something that is not installed. */
  boolean isForeign(String key) {
    return groupOf(key).filter(group -> !groups.contains(group)).isPresent();
  }

  /**
   * Finds the declared key that differs in the group alone, and there in a letter or two: a typing
   * error, and no option of something that is not installed.
   */
  Optional<String> sameInOtherGroup(String key) {
    return groupOf(key).stream()
        .flatMap(
            wrong ->
                groups.stream()
                    .filter(group -> NearestNames.isTypingError(wrong, group))
                    .map(
                        group ->
                            KEY_PREFIX
                                + group
                                + key.substring(KEY_PREFIX.length() + wrong.length())))
        .filter(options::containsKey)
        .findFirst();
  }

  /** The same for a variable. */
  Optional<String> sameVariableInOtherGroup(String variable) {
    return keysByVariable.entrySet().stream()
        .filter(entry -> groupOf(entry.getValue()).isPresent())
        .filter(
            entry -> {
              String group = variableOf(KEY_PREFIX + groupOf(entry.getValue()).orElseThrow());
              String rest = entry.getKey().substring(group.length());
              int end = variable.length() - rest.length();
              return variable.endsWith(rest)
                  && end > VARIABLE_PREFIX.length()
                  && NearestNames.isTypingError(
                      variable.substring(VARIABLE_PREFIX.length(), end),
                      group.substring(VARIABLE_PREFIX.length()));
            })
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The same as {@link #isForeign} for a variable, in which dots and dashes look alike. */
  boolean isForeignVariable(String variable) {
    String rest = variable.substring(VARIABLE_PREFIX.length());
    return rest.indexOf('_') > 0
        && groups.stream()
            .noneMatch(
                group ->
                    variable.startsWith(variableOf(KEY_PREFIX + group) + "_")
                        || variable.equals(variableOf(KEY_PREFIX + group)));
  }

  Optional<String> nearestKey(String key) {
    return nearest(key, options.keySet());
  }

  Optional<String> nearestVariable(String variable) {
    return nearest(variable, keysByVariable.keySet());
  }

  private static Optional<String> groupOf(String key) {
    if (!key.startsWith(KEY_PREFIX)) {
      return Optional.empty();
    }
    int dot = key.indexOf('.', KEY_PREFIX.length());
    return dot < 0 ? Optional.empty() : Optional.of(key.substring(KEY_PREFIX.length(), dot));
  }

  private static Optional<String> nearest(String wrong, Set<String> candidates) {
    return NearestNames.of(wrong, candidates, 1).stream().findFirst();
  }
}
