package io.mooncake4j.core.plugin;

/**
 * Makes a plugin's class loader the thread's context class loader for the time of a call.
 *
 * <p>Two calls around a {@code try} instead of a lambda, because data paths run through here and
 * must not allocate. Immutable and safe from any thread.
 */
final class ContextLoader {
  private final ClassLoader loader;

  ContextLoader(ClassLoader loader) {
    this.loader = loader;
  }

  /** Sets the plugin's loader, and returns the one to give to {@link #exit}. */
  ClassLoader enter() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    if (before != loader) {
      thread.setContextClassLoader(loader);
    }
    return before;
  }

  /** Restores, whatever the plugin has set meanwhile. */
  void exit(ClassLoader before) {
    Thread thread = Thread.currentThread();
    if (thread.getContextClassLoader() != before) {
      thread.setContextClassLoader(before);
    }
  }
}
