package io.mooncake4j.documentation;

import io.mooncake4j.config.Option;
import io.mooncake4j.core.local.LocalTransportProvider;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.DeclaredOptions;
import io.mooncake4j.core.options.ForcedTransport;
import io.mooncake4j.spi.MemoryDeviceProvider;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes docs/configuration.md from the declared options; nothing in it is written by hand. */
final class ConfigurationReference {
  private static final String HEAD =
      """
      # Configuration

      Generated from the options that the engine and the plugins declare; do not edit.

      Where a value comes from, the last one wins:

      1. the default
      2. `conf/mooncake.properties` of the installation, or the file that `--config` or the program names
      3. a variable of C++ Mooncake (`MC_…`), read by C++'s own rule
      4. the environment variable of the option (`MOONCAKE4J_…`)
      5. a system property of the same name as the option, such as `-Dmooncake.name=a` in `MOONCAKE_JAVA_OPTS`
      6. the program, or `-D mooncake.name=a` behind `mooncake`

      An unknown key, or a value that is not valid, is refused at start with the key, the value and what is valid. Keys of a plugin that is not installed are ignored with one warning.
      """;

  private ConfigurationReference() {}

  static String write() {
    StringBuilder text = new StringBuilder(HEAD);
    Map<String, TransportDescription> transports = new TreeMap<>();
    transports().forEach(provider -> transports.put(provider.name(), provider.describe()));
    String forcing =
        ForcedTransport.declaredBy(transports).stream()
            .map(it -> describe(it.variable(), it.ruleInWords()))
            .collect(Collectors.joining(", "));
    section(text, "Engine", CoreOptions.all(), Map.of(CoreOptions.TRANSPORTS.key(), forcing));
    Map<String, List<Option<?>>> providers = new TreeMap<>();
    transports()
        .forEach(p -> providers.put("Transport `" + p.name() + "`", p.describe().options()));
    ServiceLoader.load(MemoryDeviceProvider.class)
        .forEach(p -> providers.put("Memory device `" + p.name() + "`", p.describe().options()));
    ServiceLoader.load(MetadataStoreProvider.class)
        .forEach(p -> providers.put("Metadata store `" + p.name() + "`", p.describe().options()));
    providers.forEach((title, options) -> section(text, title, options, Map.of()));
    return text.toString();
  }

  /** Those of plugins, and the engine's own. */
  private static List<TransportProvider> transports() {
    List<TransportProvider> all = new ArrayList<>();
    all.add(new LocalTransportProvider("any"));
    ServiceLoader.load(TransportProvider.class).forEach(all::add);
    return all;
  }

  private static void section(
      StringBuilder text,
      String title,
      Collection<Option<?>> options,
      Map<String, String> moreAliases) {
    text.append("\n## ").append(title).append('\n');
    options.stream()
        .sorted(Comparator.comparing(Option::key))
        .forEach(option -> text.append(entry(option, moreAliases.getOrDefault(option.key(), ""))));
  }

  private static <T> String entry(Option<T> option, String moreAliases) {
    String initial = option.type().format(option.defaultValue());
    String aliases =
        option.aliases().stream()
            .map(alias -> describe(alias.variable(), alias.ruleInWords()))
            .collect(Collectors.joining(", ", "", moreAliases));
    return "\n### `"
        + option.key()
        + "`\n\n"
        + option.documentation()
        + "\n\n- default: "
        + (initial.isEmpty() ? "empty" : "`" + initial + "`")
        + "\n- valid: "
        + option.validValues()
        + "\n- variable: `"
        + DeclaredOptions.variableOf(option.key())
        + "`"
        + (aliases.isEmpty() ? "" : "\n- C++ variable: " + aliases)
        + (option.secret() ? "\n- secret: the value is never shown" : "")
        + "\n";
  }

  private static String describe(String variable, String rule) {
    return "`" + variable + "` (" + rule + ")";
  }
}
