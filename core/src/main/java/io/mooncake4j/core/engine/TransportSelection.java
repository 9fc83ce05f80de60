package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionValue;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.plugin.LoadedProvider;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.ClassicForm;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the transports an engine starts, and the one that C++ peers are shown. */
final class TransportSelection {
  private static final Logger LOG = LoggerFactory.getLogger(TransportSelection.class);

  private TransportSelection() {}

  /**
   * Chooses the transports.
   *
   * @param catalog what the plugins offer
   * @param options hold {@link CoreOptions#TRANSPORTS}; empty for all that are available
   * @return best first
   * @throws MooncakeException with {@link ErrorCode#OPTION} for a name that no plugin offers,
   *     {@link ErrorCode#PLUGIN} when a named one is not available or none is
   */
  static List<LoadedProvider<TransportProvider>> choose(
      PluginCatalog catalog, ResolvedOptions options) {
    List<LoadedProvider<TransportProvider>> providers = catalog.transports();
    OptionValue<List<String>> wanted = options.value(CoreOptions.TRANSPORTS);
    List<String> names = wanted.value();
    Map<String, TransportDescription> descriptions = new TreeMap<>();
    providers.forEach(it -> descriptions.put(it.name(), it.provider().describe()));
    for (String name : names) {
      if (!descriptions.containsKey(name)) {
        throw new MooncakeException(
            ErrorCode.OPTION,
            CoreOptions.TRANSPORTS
                + " ("
                + wanted.source()
                + ") names \""
                + name
                + "\", which no plugin offers; offered are "
                + descriptions.keySet()
                + disabled(catalog, options));
      }
    }
    List<LoadedProvider<TransportProvider>> chosen = new ArrayList<>();
    for (LoadedProvider<TransportProvider> provider : providers) {
      if ((names.isEmpty() || names.contains(provider.name())) && usable(provider, names)) {
        chosen.add(provider);
      }
    }
    if (names.isEmpty() && chosen.stream().allMatch(it -> it.plugin().isEngine())) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "no transport is available; offered are "
              + descriptions.keySet()
              + disabled(catalog, options)
              + "; put a transport plugin into a plugin folder or on the class path");
    }
    chosen.sort(
        Comparator.comparing(
                (LoadedProvider<TransportProvider> it) -> descriptions.get(it.name()).rank())
            .reversed()
            .thenComparing(LoadedProvider::name));
    return chosen;
  }

  /** Names the plugins that the user has left out, because one of them may be what is missing. */
  private static String disabled(PluginCatalog catalog, ResolvedOptions options) {
    return catalog.disabled().isEmpty()
        ? ""
        : "; disabled are the plugins "
            + catalog.disabled()
            + " by "
            + options.value(CoreOptions.DISABLED_PLUGINS);
  }

  private static boolean usable(LoadedProvider<TransportProvider> provider, List<String> names) {
    if (provider.availability().available()) {
      return true;
    }
    String cause = provider.availability().cause();
    if (!names.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "transport " + provider.name() + " was asked for and is not available: " + cause);
    }
    LOG.info("transport {} is not available: {}", provider.name(), cause);
    return false;
  }

  /**
   * Chooses the transport whose entries C++ peers are shown.
   *
   * @param transports the installed ones
   * @param protocol C++'s word from {@link CoreOptions#CLASSIC_PROTOCOL}, or empty
   * @return the transport, or null when none has a classic form
   * @throws MooncakeException with {@link ErrorCode#OPTION} when none has the wanted one
   */
  static InstalledTransport classic(List<InstalledTransport> transports, String protocol) {
    Map<String, TransportDescription> descriptions = new LinkedHashMap<>();
    transports.forEach(it -> descriptions.put(it.name(), it.description()));
    String name = classicName(descriptions, protocol).orElse(null);
    return transports.stream().filter(it -> it.name().equals(name)).findFirst().orElse(null);
  }

  /**
   * Chooses the same by descriptions alone.
   *
   * @param transports best first, by name
   * @param protocol as above
   * @return the transport's name, or nothing when none has a classic form
   * @throws MooncakeException as above
   */
  static Optional<String> classicName(
      Map<String, TransportDescription> transports, String protocol) {
    if (protocol.isEmpty()) {
      return transports.keySet().stream()
          .filter(name -> preference(transports.get(name)) >= 0)
          .max(Comparator.comparing(name -> preference(transports.get(name))));
    }
    for (Map.Entry<String, TransportDescription> transport : transports.entrySet()) {
      var form = transport.getValue().classicForm();
      if (form.map(ClassicForm::protocol).filter(protocol::equals).isPresent()) {
        return Optional.of(transport.getKey());
      }
    }
    throw new MooncakeException(
        ErrorCode.OPTION,
        CoreOptions.CLASSIC_PROTOCOL
            + "="
            + protocol
            + ": no installed transport "
            + transports.keySet()
            + " speaks it");
  }

  private static int preference(TransportDescription transport) {
    return transport.classicForm().map(ClassicForm::preference).orElse(-1);
  }
}
