package io.mooncake4j.documentation;

import io.mooncake4j.cli.cmake.BuildOption;
import io.mooncake4j.cli.cmake.BuildOptions;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.ResolvedOptions;
import java.util.ArrayList;
import java.util.List;

/** Writes docs/build-options.md from the table in code; nothing in it is written by hand. */
final class BuildOptionsReference {
  private static final String HEAD =
      """
      # Build options of C++ Mooncake

      Generated from the table that `mooncake` itself reads (`BuildOption`); do not edit.

      C++ Mooncake decides with CMake options what is compiled in. mooncake4j decides when it runs: a plugin that is installed and available is used, and nothing has to be built again. The same words are understood behind `mooncake`, so that a command line can be carried over:

      <!-- test: exit 1 -->
      ```sh
      bin/mooncake doctor -DUSE_CUDA=ON -DUSE_ETCD=ON
      bin/mooncake bench -DUSE_CUDA=ON --segment_id=192.0.2.10:15432
      ```

      - `mooncake doctor` explains each option: what was asked for, what it comes to, whether it can be had on this host (or has no effect), and why not. It exits with 1 when one cannot be had.
      - Every other command that runs an engine turns them into the properties below and fails at its start, with the cause, when one cannot be had.
      - ON requires the plugin: the engine refuses to start when it is not installed, refused, disabled or not available. OFF leaves it out. Not given means: used where it is there.
      - Values are ON, 1, TRUE, YES, Y, OFF, 0, FALSE, NO and N, in any case; `-D USE_X=ON` and `-DUSE_X:BOOL=ON` are the same as `-DUSE_X=ON`. Other values, unknown names, an option given both ON and OFF, and an option that contradicts `mooncake.plugins.required` or `mooncake.plugins.disabled` are refused.
      - They add to what a file or the environment says in these two properties.
      - There are no environment variables of these names: `MOONCAKE_USE_X` is not read. What the options come to can be set by `MOONCAKE4J_PLUGINS_REQUIRED` and `MOONCAKE4J_PLUGINS_DISABLED`; see [configuration.md](configuration.md).
      """;

  /** A command line of C++ Mooncake's guide, and what one does here instead. */
  record Combination(String purpose, List<String> words, String instead) {
    BuildOptions options() {
      BuildOptions.Builder builder = new BuildOptions.Builder();
      for (String word : words) {
        builder.add(word.replaceFirst("=.*", ""), word.replaceFirst(".*=", ""));
      }
      return builder.build();
    }
  }

  static final List<Combination> COMBINATIONS =
      List.of(
          new Combination(
              "development",
              List.of("BUILD_UNIT_TESTS=ON", "BUILD_EXAMPLES=ON"),
              "`mvn verify` builds everything and runs all tests"),
          new Combination(
              "production, everything",
              List.of("USE_CUDA=ON", "STORE_USE_ETCD=ON", "USE_ETCD=ON", "WITH_P2P_STORE=ON"),
              "`mvn package -DskipTests`, then ask `bin/mooncake doctor` with the same words"),
          new Combination(
              "transfer engine only",
              List.of("WITH_STORE=OFF", "WITH_P2P_STORE=OFF"),
              "nothing to do: this release is the transfer engine"),
          new Combination(
              "no GPU",
              List.of("USE_CUDA=OFF"),
              "nothing to do: without a GPU and its driver the plugin is not available, and doctor"
                  + " says why; the property keeps it out where both are there"));

  private BuildOptionsReference() {}

  static String write() {
    StringBuilder text = new StringBuilder(HEAD);
    for (BuildOption.Group group : BuildOption.Group.values()) {
      text.append("\n## ")
          .append(group.title())
          .append("\n\n| option | default in C++ | builds into C++ Mooncake |")
          .append(" ON here | OFF here | not given here |\n|---|---|---|---|---|---|\n");
      for (BuildOption option : BuildOption.values()) {
        if (option.group() == group) {
          text.append(row(option));
        }
      }
    }
    text.append("\n## Typical combinations\n\n")
        .append("| for | in C++ | here | the words come to |\n|---|---|---|---|\n");
    COMBINATIONS.forEach(combination -> text.append(row(combination)));
    return text.toString();
  }

  private static String row(Combination combination) {
    BuildOptions options = combination.options();
    List<String> effects = new ArrayList<>();
    options
        .propertiesOfPlugins(ResolvedOptions.defaults(CoreOptions.all()))
        .forEach((key, value) -> effects.add("`" + key + "=" + value + "`"));
    options.asked().keySet().stream()
        .filter(option -> !options.allowed(option))
        .forEach(option -> effects.add("refused in this release: `" + options.word(option) + "`"));
    return "| "
        + combination.purpose()
        + " | `cmake .. -D"
        + String.join(" -D", combination.words())
        + "` | "
        + combination.instead()
        + " | "
        + (effects.isEmpty() ? "nothing" : String.join(", ", effects))
        + " |\n";
  }

  private static String row(BuildOption option) {
    String on = option.effect().on();
    String off = option.effect().off();
    return "| `"
        + option
        + "` | "
        + (option.cxxDefault() ? "ON" : "OFF")
        + " | "
        + option.meaning()
        + " | "
        + on
        + " | "
        + (off.equals(on) ? "the same" : off)
        + " | "
        + option.effect().unset()
        + " |\n";
  }
}
