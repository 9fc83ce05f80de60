package io.mooncake4j.core.plugin;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.SpiVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pf4j.AbstractPluginManager;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.PluginStatusProvider;
import org.pf4j.ServiceProviderExtensionFinder;
import org.pf4j.VersionManager;

/**
 * Hosts plugins with pf4j. The one class that names it, so that core works without pf4j on the
 * class path as long as no plugin folder is given.
 */
final class Pf4jPluginHost implements PluginHost {
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

  private final FilteringClassLoader shared;
  private final ArchiveManager manager = new ArchiveManager();
  private PluginArchive starting;

  private Pf4jPluginHost(ClassLoader application) {
    shared = new FilteringClassLoader(application);
  }

  /** Returns a host; typed so that callers load no class of pf4j by naming it. */
  static PluginHost create(ClassLoader application) {
    return new Pf4jPluginHost(application);
  }

  @Override
  public PluginClassLoader start(PluginArchive archive) {
    checkVersion(archive.manifest().requires());
    starting = archive;
    String id = archive.manifest().id();
    try {
      manager.loadPlugin(archive.source());
      PluginState state = manager.startPlugin(id);
      if (!state.isStarted()) {
        throw new MooncakeException(ErrorCode.PLUGIN, "it does not start; its state is " + state);
      }
      return (PluginClassLoader) manager.getPluginClassLoader(id);
    } catch (PluginRuntimeException e) {
      stop(id);
      throw new MooncakeException(ErrorCode.PLUGIN, e.getMessage(), e);
    } finally {
      starting = null;
    }
  }

  private void checkVersion(String requires) {
    VersionManager versions = manager.getVersionManager();
    boolean fits;
    try {
      fits = versions.checkVersionConstraint(SpiVersion.CURRENT, requires);
    } catch (RuntimeException e) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "its Plugin-Requires \""
              + requires
              + "\" is no range of versions such as >=0.1.0 & <0.2.0",
          e);
    }
    if (fits) {
      return;
    }
    Matcher first = VERSION.matcher(requires);
    boolean newer = first.find() && versions.compareVersions(first.group(), SpiVersion.CURRENT) > 0;
    throw new MooncakeException(
        ErrorCode.PLUGIN,
        "it is too "
            + (newer ? "new" : "old")
            + ": it requires SPI version "
            + requires
            + ", but this mooncake4j has "
            + SpiVersion.CURRENT
            + "; install "
            + (newer ? "a newer mooncake4j or an older" : "a newer version of the")
            + " plugin");
  }

  /** One plugin at a time, by id: pf4j's own stopPlugins() leaves some of them started. */
  @Override
  public void stop(String id) {
    if (manager.getPlugin(id) != null) {
      manager.stopPlugin(id);
      manager.unloadPlugin(id);
    }
  }

  /**
   * Takes one archive at a time, which has been read and unpacked already; looks for nothing by
   * itself. pf4j calls the create methods before this class's fields are set.
   */
  private final class ArchiveManager extends AbstractPluginManager {
    @Override
    protected List<Path> createPluginsRoot() {
      return List.of();
    }

    @Override
    protected PluginRepository createPluginRepository() {
      return new PluginRepository() {
        @Override
        public List<Path> getPluginPaths() {
          return List.of();
        }

        @Override
        public boolean deletePluginPath(Path pluginPath) {
          return false;
        }
      };
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
      return new PluginDescriptorFinder() {
        @Override
        public boolean isApplicable(Path path) {
          return true;
        }

        @Override
        public PluginDescriptor find(Path path) {
          PluginManifest manifest = starting.manifest();
          // The version check of ours has passed, and pf4j's own knows ranges less exactly.
          return new DefaultPluginDescriptor(
              manifest.id(),
              manifest.description(),
              Plugin.class.getName(),
              manifest.version(),
              "*",
              manifest.vendor(),
              "");
        }
      };
    }

    @Override
    protected PluginLoader createPluginLoader() {
      return new PluginLoader() {
        @Override
        public boolean isApplicable(Path path) {
          return true;
        }

        @Override
        public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
          return new PluginClassLoader(descriptor.getPluginId(), starting.urls(), shared);
        }
      };
    }

    /** Plugins have no class of pf4j; this one stands in for theirs. */
    @Override
    protected PluginFactory createPluginFactory() {
      return wrapper -> new Plugin();
    }

    /** Which plugins are left out has been decided before. */
    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
      return new PluginStatusProvider() {
        @Override
        public boolean isPluginDisabled(String pluginId) {
          return false;
        }

        @Override
        public void disablePlugin(String pluginId) {
          throw new UnsupportedOperationException(pluginId);
        }

        @Override
        public void enablePlugin(String pluginId) {
          throw new UnsupportedOperationException(pluginId);
        }
      };
    }

    /** Not asked: providers are found with the JDK's ServiceLoader by whoever starts the plugin. */
    @Override
    protected ExtensionFinder createExtensionFinder() {
      return new ServiceProviderExtensionFinder(this);
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
      return new DefaultExtensionFactory();
    }

    @Override
    protected VersionManager createVersionManager() {
      return new DefaultVersionManager();
    }
  }
}
