package io.mooncake4j.core.plugin;

import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Makes a plugin's class loader the thread's context class loader for the time of a call.
 *
 * <p>Two calls around a {@code try} instead of a lambda, because data paths run through here and
 * must not allocate. Immutable and safe from any thread.
 */
public final class ContextLoader {
  private final ClassLoader loader;

  /**
   * Serves one plugin.
   *
   * @param loader the loader of its classes
   */
  public ContextLoader(ClassLoader loader) {
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

  /**
   * Wraps a task that a plugin gives to one of the engine's threads.
   *
   * @param task the plugin's
   * @return runs it with the plugin's loader
   */
  public Runnable around(Runnable task) {
    Objects.requireNonNull(task, "task");
    return () -> {
      ClassLoader before = enter();
      try {
        task.run();
      } finally {
        exit(before);
      }
    };
  }

  /**
   * Wraps a task with a result, as {@link #around(Runnable)} does.
   *
   * @param task the plugin's
   * @param <T> its result
   * @return runs it with the plugin's loader
   */
  public <T> Callable<T> around(Callable<T> task) {
    Objects.requireNonNull(task, "task");
    return () -> {
      ClassLoader before = enter();
      try {
        return task.call();
      } finally {
        exit(before);
      }
    };
  }
}
