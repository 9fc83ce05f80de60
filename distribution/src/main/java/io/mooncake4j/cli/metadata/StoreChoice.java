package io.mooncake4j.cli.metadata;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.records.ClusterRecords;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which metadata store a command looks at: the one that an engine would use. */
final class StoreChoice {
  private final EngineArguments arguments;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"--metadata_server", "--metadata-server"},
      paramLabel = "URL",
      description =
          "The metadata store, such as http://host:8080/metadata (default: mooncake.metadata of the"
              + " configuration).")
  private String url;

  StoreChoice(EngineArguments arguments) {
    this.arguments = arguments;
  }

  /** Opens the store; the caller owns it. */
  ClusterRecords open() {
    EngineConfiguration wanted = arguments.configuration();
    Map<String, String> options = new LinkedHashMap<>(wanted.options());
    if (url != null) {
      arguments
          .contradiction("--metadata_server", url, CoreOptions.METADATA.key())
          .ifPresent(
              words -> {
                throw new ParameterException(spec.commandLine(), words);
              });
      options.put(CoreOptions.METADATA.key(), url);
    }
    return ClusterRecords.open(
        new EngineConfiguration(
            options,
            wanted.pluginFolders(),
            wanted.configurationFile(),
            wanted.readEnvironment(),
            wanted.sources()));
  }
}
