package io.mooncake4j.cli.cmake;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.NearestNames;
import io.mooncake4j.core.options.OptionValue;
import io.mooncake4j.core.options.ResolvedOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The CMake options that a user gives, such as {@code USE_ETCD=ON}, as the properties that stand
 * for them. Immutable.
 */
public final class BuildOptions {
  private static final Set<String> ON_WORDS = Set.of("ON", "1", "TRUE", "YES", "Y");
  private static final Set<String> OFF_WORDS = Set.of("OFF", "0", "FALSE", "NO", "N");
  private static final int MOST_NAMES = 5;

  private final Map<BuildOption, Boolean> asked;
  private final List<String> problems;

  private BuildOptions(Map<BuildOption, Boolean> asked, List<String> problems) {
    this.asked = Collections.unmodifiableMap(asked);
    this.problems = List.copyOf(problems);
  }

  /**
   * Says whether a key is written as CMake's are, known or not.
   *
   * @param key such as {@code USE_ETCD} or {@code USE_ETCD:BOOL}
   * @return false for {@code mooncake.name}
   */
  public static boolean isOne(String key) {
    return key.matches("[A-Z][A-Z0-9_]*(:[A-Z]+)?");
  }

  /** Collects options in the order in which they are given. Used by one thread. */
  public static final class Builder {
    private final Map<BuildOption, Boolean> asked = new EnumMap<>(BuildOption.class);
    private final Set<BuildOption> contradicting = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * Adds an option.
     *
     * @param key for which {@link #isOne} holds
     * @param text its value as CMake reads it: ON, OFF, 1, 0, TRUE, FALSE, YES, NO, Y or N in any
     *     case
     * @return this
     */
    public Builder add(String key, String text) {
      String name = key.replaceFirst(":.*", "");
      String word = text.strip().toUpperCase(Locale.ROOT);
      BuildOption option = BuildOption.find(name).orElse(null);
      if (option == null) {
        problems.add(unknown(name));
      } else if (!ON_WORDS.contains(word) && !OFF_WORDS.contains(word)) {
        problems.add(
            name
                + "="
                + text
                + " is neither ON nor OFF; write ON, 1, TRUE, YES, Y, OFF, 0, FALSE, NO or N");
      } else {
        Boolean earlier = asked.put(option, ON_WORDS.contains(word));
        if (earlier != null && earlier != ON_WORDS.contains(word)) {
          contradicting.add(option);
        }
      }
      return this;
    }

    private static String unknown(String name) {
      List<String> names = Stream.of(BuildOption.values()).map(Enum::name).toList();
      List<String> near = NearestNames.of(name, names, MOST_NAMES);
      return name
          + " is no option of C++ Mooncake's build"
          + (near.isEmpty() ? "" : "; near to it are " + String.join(", ", near))
          + "; docs/build-options.md lists all, and options of the engine begin with mooncake.";
    }

    /**
     * Ends the collection.
     *
     * @return the options
     */
    public BuildOptions build() {
      List<String> all = new ArrayList<>(problems);
      for (BuildOption option : contradicting) {
        asked.remove(option);
        all.add(option + " is given both ON and OFF; give one of them");
      }
      return new BuildOptions(asked, all);
    }
  }

  /**
   * Says whether there is nothing to translate and nothing to refuse.
   *
   * @return true when the user gave none
   */
  public boolean isEmpty() {
    return asked.isEmpty() && problems.isEmpty();
  }

  /**
   * Returns what is asked for.
   *
   * @return true for ON; without options that are wrong
   */
  public Map<BuildOption, Boolean> asked() {
    return asked;
  }

  /**
   * Returns what is wrong with the options themselves.
   *
   * @return sentences
   */
  public List<String> problems() {
    return problems;
  }

  /**
   * Finds contradictions between these options and properties.
   *
   * @param options the engine's own options from all other sources
   * @return sentences
   */
  public List<String> contradictions(ResolvedOptions options) {
    List<String> found = new ArrayList<>();
    asked.forEach(
        (option, on) -> {
          Option<List<String>> opposite = property(!on);
          OptionValue<List<String>> value = options.value(opposite);
          if (option.requiresPlugin() && value.value().contains(option.effect().subject())) {
            found.add(
                word(option)
                    + " contradicts "
                    + opposite
                    + "="
                    + option.effect().subject()
                    + " ("
                    + value.source()
                    + "); give one of them");
          }
        });
    return found;
  }

  /**
   * Says which of these options set a property.
   *
   * @param key one of {@link #properties}
   * @return its source, for messages
   */
  public String sourceOf(String key) {
    return asked.keySet().stream()
        .filter(option -> option.requiresPlugin() && property(asked.get(option)).key().equals(key))
        .map(this::word)
        .collect(Collectors.joining(", ", "command line, ", ""));
  }

  private static Option<List<String>> property(boolean on) {
    return on ? CoreOptions.REQUIRED_PLUGINS : CoreOptions.DISABLED_PLUGINS;
  }

  /**
   * Writes an option as the user gives it.
   *
   * @param option one of {@link #asked()}
   * @return such as {@code USE_ETCD=ON}
   */
  public String word(BuildOption option) {
    return option + (asked.get(option) ? "=ON" : "=OFF");
  }

  /**
   * Says what an option comes to.
   *
   * @param option one of {@link #asked()}
   * @return a sentence without its end
   */
  public String meaning(BuildOption option) {
    return asked.get(option) ? option.effect().on() : option.effect().off();
  }

  /**
   * Says whether an option can be had in this release.
   *
   * @param option one of {@link #asked()}
   * @return false when it is refused, whatever is installed
   */
  public boolean allowed(BuildOption option) {
    return option.effect().allows(asked.get(option));
  }

  /**
   * Says why an option that is not allowed is refused.
   *
   * @param option one of {@link #asked()}
   * @return a sentence without its end
   */
  public String refusal(BuildOption option) {
    return word(option) + " is refused: " + meaning(option);
  }

  /**
   * Translates the options, and refuses what is wrong.
   *
   * @param options the engine's own options from all other sources
   * @return properties to set: what those sources say, and what these options add
   * @throws MooncakeException with {@link ErrorCode#OPTION} for an option that is unknown, badly
   *     valued or contradicting, {@link ErrorCode#NOT_IMPLEMENTED} for one that this release cannot
   *     give
   */
  public Map<String, String> properties(ResolvedOptions options) {
    Stream.concat(problems.stream(), contradictions(options).stream())
        .findFirst()
        .ifPresent(
            words -> {
              throw new MooncakeException(ErrorCode.OPTION, words);
            });
    for (BuildOption option : asked.keySet()) {
      if (!allowed(option)) {
        throw new MooncakeException(ErrorCode.NOT_IMPLEMENTED, refusal(option));
      }
    }
    return propertiesOfPlugins(options);
  }

  /**
   * Translates what can be translated.
   *
   * @param options the engine's own options from all other sources
   * @return properties to set
   */
  public Map<String, String> propertiesOfPlugins(ResolvedOptions options) {
    Map<String, String> properties = new LinkedHashMap<>();
    asked.forEach(
        (option, on) -> {
          if (option.requiresPlugin()) {
            Option<List<String>> property = property(on);
            String before =
                properties.getOrDefault(property.key(), String.join(",", options.get(property)));
            String id = option.effect().subject();
            properties.put(
                property.key(),
                List.of(before.split(",", -1)).contains(id)
                    ? before
                    : before + (before.isEmpty() ? "" : ",") + id);
          }
        });
    return properties;
  }
}
