package io.mooncake4j.cli;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.config.Option;
import io.mooncake4j.core.plugin.LoadedProvider;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.plugin.PluginProblem;
import io.mooncake4j.spi.TransportDescription;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mooncake plugins}: lists what is installed, and why something cannot be used. */
@Command(
    name = "plugins",
    description = {
      "List the installed plugins: what they provide, whether it can work on this host, and the"
          + " options with their defaults.",
      "Exits with 1 when a plugin was refused."
    })
final class PluginsCommand implements Callable<Integer> {
  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  PluginsCommand(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (PluginCatalog catalog = InstalledPlugins.load(arguments)) {
      for (var transport : catalog.transports()) {
        TransportDescription description = transport.provider().describe();
        print(out, "transport", transport, description.version(), description.summary());
        out.println("  " + abilities(description));
        printOptions(out, description.options());
      }
      for (var device : catalog.memoryDevices()) {
        var description = device.provider().describe();
        print(out, "memory device", device, description.version(), description.summary());
        printOptions(out, description.options());
      }
      for (var store : catalog.metadataStores()) {
        var description = store.provider().describe();
        print(out, "metadata store", store, description.version(), description.summary());
        printOptions(out, description.options());
      }
      catalog.disabled().forEach(id -> out.println("plugin " + id + ": disabled by an option"));
      return report(catalog);
    }
  }

  private static void print(
      PrintWriter out, String kind, LoadedProvider<?> loaded, String version, String summary) {
    String state =
        loaded.availability().available()
            ? "available"
            : "not available: " + loaded.availability().cause();
    out.println(kind + " " + loaded.name() + " " + version + ": " + state);
    out.println("  " + summary);
    out.println(
        loaded.plugin().isEngine()
            ? "  " + loaded.plugin().source()
            : "  from plugin " + loaded.plugin());
  }

  private static String abilities(TransportDescription description) {
    return "rank "
        + description.rank()
        + "; memory "
        + String.join(", ", new TreeSet<>(description.memoryKinds()))
        + "; "
        + new TreeSet<>(description.features())
            .stream()
                .map(feature -> feature.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
  }

  private static void printOptions(PrintWriter out, List<Option<?>> options) {
    options.forEach(option -> out.println("  " + option.key() + " = " + defaultOf(option)));
  }

  private static <T> String defaultOf(Option<T> option) {
    return option.type().format(option.defaultValue());
  }

  private int report(PluginCatalog catalog) {
    PrintWriter err = spec.commandLine().getErr();
    for (PluginProblem problem : catalog.problems()) {
      err.println("mooncake: " + ErrorCode.PLUGIN + ": refused " + problem);
    }
    if (catalog.plugins().isEmpty()) {
      err.println("mooncake: " + ErrorCode.PLUGIN + ": no plugin is installed; see --plugins");
    }
    boolean fine = catalog.problems().isEmpty() && !catalog.plugins().isEmpty();
    return fine ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
