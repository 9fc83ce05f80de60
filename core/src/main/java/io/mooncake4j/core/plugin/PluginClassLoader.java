package io.mooncake4j.core.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Loads one plugin's classes and resources: its own jars first, then what {@link
 * FilteringClassLoader} shows.
 *
 * <p>Safe from any thread. Closing releases the jars; classes that are loaded already stay usable.
 */
final class PluginClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private volatile boolean closed;

  PluginClassLoader(String pluginId, List<URL> jars, FilteringClassLoader shared) {
    super("plugin-" + pluginId, jars.toArray(URL[]::new), shared);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (FilteringClassLoader.isShared(name)) {
      return getParent().loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null) {
        found = findOwnClass(name);
      }
      if (found == null) {
        return super.loadClass(name, resolve);
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  private Class<?> findOwnClass(String name) {
    if (name.startsWith("java.")) {
      return null;
    }
    try {
      return findClass(name);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  @Override
  public URL getResource(String name) {
    if (FilteringClassLoader.isSharedResource(name)) {
      return getParent().getResource(name);
    }
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    if (FilteringClassLoader.isSharedResource(name)) {
      return getParent().getResources(name);
    }
    List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
    all.addAll(Collections.list(getParent().getResources(name)));
    return Collections.enumeration(all);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    super.close();
  }
}
