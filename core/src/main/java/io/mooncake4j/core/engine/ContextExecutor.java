package io.mooncake4j.core.engine;

import io.mooncake4j.core.plugin.ContextLoader;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The engine's timers as one plugin sees them: its tasks run with its class loader as context class
 * loader, and it cannot stop what others also use.
 */
final class ContextExecutor extends AbstractExecutorService implements ScheduledExecutorService {
  private final ScheduledExecutorService timers;
  private final ContextLoader loader;

  ContextExecutor(ScheduledExecutorService timers, ContextLoader loader) {
    this.timers = timers;
    this.loader = loader;
  }

  @Override
  public void execute(Runnable task) {
    timers.execute(loader.around(task));
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return timers.schedule(loader.around(task), delay, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    return timers.schedule(loader.around(task), delay, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return timers.scheduleAtFixedRate(loader.around(task), initialDelay, period, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return timers.scheduleWithFixedDelay(loader.around(task), initialDelay, delay, unit);
  }

  @Override
  public void shutdown() {
    throw belongsToTheEngine();
  }

  @Override
  public List<Runnable> shutdownNow() {
    throw belongsToTheEngine();
  }

  private static UnsupportedOperationException belongsToTheEngine() {
    return new UnsupportedOperationException(
        "the executor is the engine's, which stops it; cancel the plugin's own tasks instead");
  }

  @Override
  public boolean isShutdown() {
    return timers.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return timers.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return timers.awaitTermination(timeout, unit);
  }
}
