package io.mooncake4j.core.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Shows plugins what they share with the application, and nothing else: the platform's modules, the
 * api, slf4j, and jnr-ffi with its native part, which must not be loaded twice.
 *
 * <p>The same holds for resources, so that the application's {@code META-INF/services} stay out of
 * the plugins' sight. Safe from any thread.
 */
final class FilteringClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final List<String> SHARED_PACKAGES =
      List.of(
          "io.mooncake4j.api.",
          "io.mooncake4j.spi.",
          "io.mooncake4j.config.",
          "org.slf4j.",
          "jnr.",
          "com.kenai.jffi.");

  private static final List<String> SHARED_FOLDERS =
      SHARED_PACKAGES.stream().map(name -> name.replace('.', '/')).toList();

  private final ClassLoader application;

  FilteringClassLoader(ClassLoader application) {
    super("mooncake-shared", ClassLoader.getPlatformClassLoader());
    this.application = application;
  }

  /** Whether a class is the application's for every plugin, even one that brings a copy. */
  static boolean isShared(String className) {
    return startsWithAny(className, SHARED_PACKAGES);
  }

  static boolean isSharedResource(String name) {
    return startsWithAny(name, SHARED_FOLDERS);
  }

  private static boolean startsWithAny(String name, List<String> prefixes) {
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (!isShared(name)) {
      throw new ClassNotFoundException(name + " is not visible to plugins");
    }
    return application.loadClass(name);
  }

  @Override
  protected URL findResource(String name) {
    return isSharedResource(name) ? application.getResource(name) : null;
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    return isSharedResource(name) ? application.getResources(name) : Collections.emptyEnumeration();
  }
}
