package io.mooncake4j.core.plugin;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionValue;
import io.mooncake4j.core.options.ResolvedOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Makes sure that the plugins of {@link CoreOptions#REQUIRED_PLUGINS} can be used. Stateless. */
public final class RequiredPlugins {
  private RequiredPlugins() {}

  /**
   * Checks all of them.
   *
   * @param catalog what is installed
   * @param options say what is required and what is disabled
   * @throws MooncakeException with {@link ErrorCode#OPTION} when one is disabled too, else with
   *     {@link ErrorCode#PLUGIN} naming all that cannot be used
   */
  public static void check(PluginCatalog catalog, ResolvedOptions options) {
    OptionValue<List<String>> required = options.value(CoreOptions.REQUIRED_PLUGINS);
    OptionValue<List<String>> disabled = options.value(CoreOptions.DISABLED_PLUGINS);
    List<String> problems = new ArrayList<>();
    for (String id : required.value()) {
      String asked = CoreOptions.REQUIRED_PLUGINS + "=" + id + " (" + required.source() + ")";
      if (disabled.value().contains(id)) {
        throw new MooncakeException(
            ErrorCode.OPTION,
            asked
                + " contradicts "
                + CoreOptions.DISABLED_PLUGINS
                + "="
                + id
                + " ("
                + disabled.source()
                + "); remove one of them");
      }
      problemOf(id, catalog).ifPresent(problem -> problems.add(asked + ": " + problem));
    }
    if (!problems.isEmpty()) {
      throw new MooncakeException(ErrorCode.PLUGIN, String.join("; ", problems));
    }
  }

  /**
   * Says why a plugin cannot be used in full.
   *
   * @param id its id
   * @param catalog what is installed
   * @return the cause, with what is installed where that helps; or nothing when it can
   */
  public static Optional<String> problemOf(String id, PluginCatalog catalog) {
    for (PluginProblem problem : catalog.problems()) {
      if (problem.pluginId().equals(id)) {
        return Optional.of("the plugin was refused (" + problem.source() + "): " + problem.cause());
      }
    }
    if (catalog.disabled().contains(id)) {
      return Optional.of("the plugin is installed, but disabled");
    }
    if (catalog.plugins().stream().noneMatch(plugin -> plugin.id().equals(id))) {
      return Optional.of(notInstalled(catalog));
    }
    return unavailable(id, catalog);
  }

  private static String notInstalled(PluginCatalog catalog) {
    TreeSet<String> installed = new TreeSet<>(catalog.disabled());
    catalog.plugins().forEach(plugin -> installed.add(plugin.id()));
    List<String> unknown =
        catalog.problems().stream()
            .filter(problem -> problem.pluginId().isEmpty())
            .map(PluginProblem::source)
            .distinct()
            .toList();
    return "no plugin of this id is installed; installed are "
        + installed
        + (unknown.isEmpty() ? "" : ", and refused without knowing their ids " + unknown);
  }

  private static Optional<String> unavailable(String id, PluginCatalog catalog) {
    List<String> causes = new ArrayList<>();
    addUnavailable(causes, "transport", id, catalog.transports());
    addUnavailable(causes, "memory device", id, catalog.memoryDevices());
    addUnavailable(causes, "metadata store", id, catalog.metadataStores());
    return causes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", causes));
  }

  private static void addUnavailable(
      List<String> causes, String kind, String id, List<? extends LoadedProvider<?>> providers) {
    for (LoadedProvider<?> provider : providers) {
      if (provider.plugin().id().equals(id) && !provider.availability().available()) {
        causes.add(
            "its "
                + kind
                + " "
                + provider.name()
                + " is not available: "
                + provider.availability().cause());
      }
    }
  }
}
