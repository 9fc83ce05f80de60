package io.mooncake4j.documentation;

import io.mooncake4j.cli.cmake.BuildOption;

/** Writes docs/build-options.md from the table in code; nothing in it is written by hand. */
final class BuildOptionsReference {
  private static final String HEAD =
      """
      # Build options of C++ Mooncake

      Generated from the table that `mooncake` itself reads (`BuildOption`); do not edit.

      C++ Mooncake decides with CMake options what is compiled in. mooncake4j decides when it runs: a plugin that is installed and available is used, and nothing has to be built again. The same words are understood behind `mooncake`, so that a command line can be carried over:

      ```
      mooncake doctor -DUSE_CUDA=ON -DUSE_ETCD=ON
      mooncake bench -DUSE_CUDA=ON --segment_id=host:port
      ```

      - `mooncake doctor` explains each option: what was asked for, what it comes to, whether it can be had on this host, and why not. It exits with 1 when one cannot be had.
      - Every other command that runs an engine turns them into the properties below and fails at its start, with the cause, when one cannot be had.
      - ON requires the plugin: the engine refuses to start when it is not installed, refused, disabled or not available. OFF leaves it out. Not given means: used where it is there.
      - Values are ON, 1, TRUE, YES, OFF, 0, FALSE and NO, in any case; `-D USE_X=ON` and `-DUSE_X:BOOL=ON` are the same as `-DUSE_X=ON`. Other values, unknown names, an option given both ON and OFF, and an option that contradicts `mooncake.plugins.required` or `mooncake.plugins.disabled` are refused.
      - They add to what a file or the environment says in these two properties.
      - There are no environment variables of these names: `MOONCAKE_USE_X` is not read. What the options come to can be set by `MOONCAKE4J_PLUGINS_REQUIRED` and `MOONCAKE4J_PLUGINS_DISABLED`; see [configuration.md](configuration.md).
      """;

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
    return text.toString();
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
