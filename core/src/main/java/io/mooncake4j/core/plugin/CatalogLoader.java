package io.mooncake4j.core.plugin;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.local.LocalTransportProvider;
import io.mooncake4j.core.options.DeclaredOptions;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.Provider;
import io.mooncake4j.spi.TransportProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills a {@link PluginCatalog}: first from the class path, then from folders. Used once. */
final class CatalogLoader {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogLoader.class);

  private final PluginSources sources;
  private final Map<String, LoadedPlugin> plugins = new LinkedHashMap<>();
  private final Map<ProviderKind<?>, Map<String, LoadedProvider<?>>> providers = new HashMap<>();
  private final Set<String> disabled = new TreeSet<>();
  private final List<PluginProblem> problems = new ArrayList<>();
  private final List<PluginArchive> archives = new ArrayList<>();
  private DeclaredOptions options = DeclaredOptions.core();
  private PluginHost host;

  CatalogLoader(PluginSources sources) {
    this.sources = sources;
  }

  PluginCatalog load() {
    addOwn();
    ProviderKind.ALL.forEach(this::loadFromClassPath);
    Set<Path> seen = new HashSet<>();
    for (Path folder : sources.folders()) {
      for (Path path : pluginsIn(folder)) {
        if (seen.add(path)) {
          loadFromFolder(path);
        }
      }
    }
    return new PluginCatalog(
        new PluginCatalog.Contents(
            List.copyOf(plugins.values()),
            List.copyOf(disabled),
            List.copyOf(problems),
            providers,
            options),
        this::stopAll);
  }

  /** The engine's own transport is no plugin's; it comes first, so that none takes its name. */
  private void addOwn() {
    LoadedPlugin engine = LoadedPlugin.engine();
    TransportProvider local = new LocalTransportProvider(engine.version());
    options = options.with(local.name(), local.describe().options());
    providers
        .computeIfAbsent(ProviderKind.TRANSPORT, unused -> new TreeMap<>())
        .put(local.name(), new LoadedProvider<>(local.name(), local, local.availability(), engine));
  }

  private <P extends Provider> void loadFromClassPath(ProviderKind<P> kind) {
    ProviderScan.scan(
        kind.type(),
        sources.classPath(),
        found -> {
          ClassPathEntry entry = ClassPathEntry.of(found.type());
          if (sources.disabled().contains(entry.id())) {
            disabled.add(entry.id());
            return;
          }
          LoadedPlugin plugin = plugins.getOrDefault(entry.id(), entry.plugin());
          if (add(kind, found, plugin)) {
            plugins.put(plugin.id(), plugin);
          }
        },
        error -> refuse("class path", "", "a " + kind.word() + ": " + Refusal.words(error)));
  }

  private List<Path> pluginsIn(Path folder) {
    try (Stream<Path> files = Files.list(folder.toRealPath())) {
      return files.filter(PluginArchive::isPlugin).sorted().toList();
    } catch (IOException e) {
      refuse(
          folder.toString(),
          "",
          "the plugin folder cannot be read ("
              + e
              + "); create it or correct mooncake.plugins.dirs");
      return List.of();
    }
  }

  private void loadFromFolder(Path path) {
    PluginArchive archive;
    try {
      archive = PluginArchive.open(path);
    } catch (MooncakeException e) {
      refuse(path.toString(), "", e.getMessage());
      return;
    }
    if (!start(archive)) {
      close(archive);
    }
  }

  /** Whether the plugin is in use from now on. */
  private boolean start(PluginArchive archive) {
    String id = archive.manifest().id();
    String source = archive.source().toString();
    if (sources.disabled().contains(id)) {
      disabled.add(id);
      return false;
    }
    LoadedPlugin twin = plugins.get(id);
    if (twin != null) {
      refuse(source, id, "a plugin with this id is loaded from " + twin.source() + "; remove one");
      return false;
    }
    try {
      PluginClassLoader loader = host().start(archive);
      LoadedPlugin plugin =
          new LoadedPlugin(id, archive.manifest().version(), source, false, loader);
      if (addAll(plugin)) {
        plugins.put(id, plugin);
        archives.add(archive);
        return true;
      }
      host().stop(id);
    } catch (MooncakeException e) {
      refuse(source, id, e.getMessage());
    }
    return false;
  }

  private PluginHost host() {
    if (host == null) {
      host = Pf4jPluginHost.create(sources.classPath());
    }
    return host;
  }

  /** Whether at least one of a plugin's providers can be used. */
  private boolean addAll(LoadedPlugin plugin) {
    int problemsBefore = problems.size();
    boolean any = false;
    for (ProviderKind<?> kind : ProviderKind.ALL) {
      any |= addAll(plugin, kind);
    }
    if (!any && problems.size() == problemsBefore) {
      refuse(
          plugin.source(),
          plugin.id(),
          "it provides nothing: it has no META-INF/services file for a provider of "
              + Provider.class.getPackageName());
    }
    return any;
  }

  private <P extends Provider> boolean addAll(LoadedPlugin plugin, ProviderKind<P> kind) {
    ContextLoader context = new ContextLoader(plugin.classLoader());
    boolean[] any = {false};
    ClassLoader before = context.enter();
    try {
      ProviderScan.scan(
          kind.type(),
          plugin.classLoader(),
          found -> any[0] |= add(kind, found, plugin),
          error ->
              refuse(
                  plugin.source(),
                  plugin.id(),
                  "its " + kind.word() + ": " + Refusal.words(error)));
    } finally {
      context.exit(before);
    }
    return any[0];
  }

  private <P extends Provider> boolean add(
      ProviderKind<P> kind, ServiceLoader.Provider<P> found, LoadedPlugin plugin) {
    ContextLoader context = new ContextLoader(plugin.classLoader());
    ClassLoader before = context.enter();
    try {
      add(kind, found.get(), plugin, context);
      return true;
    } catch (Exception
        | LinkageError
        | ServiceConfigurationError
        | AssertionError
        | StackOverflowError e) {
      refuse(
          plugin.source(),
          plugin.id(),
          "its "
              + kind.word()
              + " "
              + found.type().getName()
              + " cannot be used: "
              + Refusal.words(e));
      return false;
    } finally {
      context.exit(before);
    }
  }

  private <P extends Provider> void add(
      ProviderKind<P> kind, P provider, LoadedPlugin plugin, ContextLoader context) {
    String name = PluginCatalog.normalised(provider.name());
    if (!name.matches("[a-z0-9][a-z0-9-]*")) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "its name \"" + name + "\" is not made of lower case letters, digits and dashes");
    }
    Map<String, LoadedProvider<?>> sameKind =
        providers.computeIfAbsent(kind, unused -> new TreeMap<>());
    LoadedProvider<?> twin = sameKind.get(name);
    if (twin != null) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "there is a " + kind.word() + " " + twin + " already; remove one of the plugins");
    }
    DeclaredOptions more = options.with(name, kind.options().apply(provider));
    Availability availability = provider.availability();
    if (availability == null) {
      throw new MooncakeException(ErrorCode.PLUGIN, "availability() returned nothing");
    }
    P wrapped = ContextProxy.of(kind.type(), provider, context);
    LoadedProvider<P> loaded = new LoadedProvider<>(name, wrapped, availability, plugin);
    sameKind.put(name, loaded);
    options = more;
    LOG.info(
        "{} {}{}",
        kind.word(),
        loaded,
        availability.available() ? "" : ": " + availability.cause());
  }

  private void refuse(String source, String pluginId, String cause) {
    PluginProblem problem = new PluginProblem(source, pluginId, cause);
    problems.add(problem);
    LOG.warn("not loaded: {}", problem);
  }

  private void stopAll() {
    for (PluginArchive archive : archives) {
      try {
        host().stop(archive.manifest().id());
      } catch (RuntimeException e) {
        LOG.warn("plugin {} was not stopped cleanly", archive.manifest().id(), e);
      }
      close(archive);
    }
  }

  private static void close(PluginArchive archive) {
    try {
      archive.close();
    } catch (IOException e) {
      LOG.warn("files unpacked from {} are left over: {}", archive.source(), e.toString());
    }
  }
}
