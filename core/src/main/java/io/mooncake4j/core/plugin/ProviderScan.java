package io.mooncake4j.core.plugin;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Goes through the providers of a class loader; one that cannot be loaded does not hide the rest.
 */
final class ProviderScan {
  /** More broken entries than any real plugin has: a broken services file cannot hold us up. */
  private static final int MOST_FAILURES = 100;

  private ProviderScan() {}

  /**
   * Finds providers.
   *
   * @param type their interface
   * @param loader where they are looked for
   * @param found takes each class that could be loaded; not made yet
   * @param failed takes what went wrong with the others
   */
  static <P> void scan(
      Class<P> type,
      ClassLoader loader,
      Consumer<ServiceLoader.Provider<P>> found,
      Consumer<Throwable> failed) {
    Iterator<ServiceLoader.Provider<P>> iterator =
        ServiceLoader.load(type, loader).stream().iterator();
    int failures = 0;
    while (failures < MOST_FAILURES) {
      ServiceLoader.Provider<P> next;
      try {
        if (!iterator.hasNext()) {
          return;
        }
        next = iterator.next();
      } catch (ServiceConfigurationError | LinkageError e) {
        failures++;
        failed.accept(e);
        continue;
      }
      found.accept(next);
    }
  }
}
