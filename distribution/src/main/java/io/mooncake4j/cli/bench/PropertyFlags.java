package io.mooncake4j.cli.bench;

import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.core.options.CoreOptions;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The flags that set an option of the engine, for which {@code -D} is another spelling. A flag that
 * is given must agree with it; the default of one that is not given leaves it alone.
 */
final class PropertyFlags {
  static final String METADATA = "--metadata_server";
  static final String NAME = "--local_server_name";
  static final String TRANSPORT = "--protocol";
  static final String DEVICES = "--device_name";
  static final String MATRIX = "--nic_priority_matrix";

  private static final Map<String, String> KEYS =
      new TreeMap<>(
          Map.of(
              METADATA, CoreOptions.METADATA.key(),
              NAME, CoreOptions.NAME.key(),
              TRANSPORT, CoreOptions.TRANSPORTS.key(),
              DEVICES, CoreOptions.TOPOLOGY_DEVICES.key(),
              MATRIX, CoreOptions.TOPOLOGY_FILE.key()));

  private PropertyFlags() {}

  /**
   * Refuses flags that contradict a {@code -D}.
   *
   * @param program the program, its words parsed
   * @param arguments hold what {@code -D} sets
   */
  static void refuseContradictions(CommandLine program, EngineArguments arguments) {
    KEYS.forEach(
        (flag, key) -> {
          OptionSpec given = program.getParseResult().matchedOption(flag);
          if (given != null) {
            String value = String.valueOf(given.<Object>getValue());
            arguments
                .contradiction(flag, value, key)
                .ifPresent(
                    words -> {
                      throw new ParameterException(program, words);
                    });
          }
        });
  }

  /** Returns a flag's value, or null when {@code -D} alone sets its option. */
  static String effective(String flag, String value, EngineArguments arguments) {
    return arguments.defines(KEYS.get(flag)) ? null : value;
  }
}
