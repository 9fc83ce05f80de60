package io.mooncake4j.cli.doctor;

import io.mooncake4j.cli.doctor.DoctorReport.Alias;
import io.mooncake4j.cli.doctor.DoctorReport.Configured;
import io.mooncake4j.cli.doctor.DoctorReport.Provided;
import io.mooncake4j.config.Option;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.DeclaredOptions;
import io.mooncake4j.core.options.OptionValue;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.plugin.LoadedProvider;
import io.mooncake4j.core.plugin.PluginCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Lists what is installed and what is configured. Stateless. */
final class Inventory {
  private Inventory() {}

  /** Lists the providers of all kinds. */
  static List<Provided> providers(PluginCatalog catalog) {
    List<Provided> all = new ArrayList<>();
    catalog
        .transports()
        .forEach(it -> all.add(provided("transport", it, it.provider().describe().version())));
    catalog
        .memoryDevices()
        .forEach(it -> all.add(provided("memory device", it, it.provider().describe().version())));
    catalog
        .metadataStores()
        .forEach(it -> all.add(provided("metadata store", it, it.provider().describe().version())));
    return List.copyOf(all);
  }

  private static Provided provided(String kind, LoadedProvider<?> loaded, String version) {
    return new Provided(
        kind,
        loaded.name(),
        version,
        loaded.plugin().id(),
        loaded.plugin().source(),
        loaded.availability().available(),
        loaded.availability().cause());
  }

  /** Lists every option, sorted by key. */
  static List<Configured> options(DeclaredOptions declared, ResolvedOptions options) {
    return options.values().stream()
        .<Configured>map(value -> configured(value, aliases(declared, value.option())))
        .toList();
  }

  private static List<Alias> aliases(DeclaredOptions declared, Option<?> option) {
    Stream<Alias> own =
        option.aliases().stream().map(alias -> new Alias(alias.variable(), alias.ruleInWords()));
    Stream<Alias> forcing =
        declared.forcedTransports().stream()
            .filter(forced -> option.key().equals(CoreOptions.TRANSPORTS.key()))
            .map(forced -> new Alias(forced.variable(), forced.ruleInWords()));
    return Stream.concat(own, forcing).toList();
  }

  private static <T> Configured configured(OptionValue<T> value, List<Alias> aliases) {
    Option<T> option = value.option();
    return new Configured(
        option.key(),
        value.text(),
        value.source(),
        value.isSet(),
        option.type().format(option.defaultValue()),
        option.validValues(),
        DeclaredOptions.variableOf(option.key()),
        aliases,
        option.secret(),
        option.documentation());
  }
}
