package io.mooncake4j.core.engine;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Withdraws an engine's records when the virtual machine ends before the engine is closed. It stops
 * nothing else: what runs may come to its end. Closing it takes it out again.
 */
final class ExitHook implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExitHook.class);
  private static final long LIMIT_SECONDS = 3;

  private final String engine;
  private final Runnable withdrawal;
  private final Thread hook;

  private ExitHook(String engine, Runnable withdrawal) {
    this.engine = engine;
    this.withdrawal = withdrawal;
    hook = new Thread(this::run, "mooncake-exit-" + engine);
  }

  /**
   * Installs a hook.
   *
   * @param engine whose it is
   * @param withdrawal run at the end, on a thread of its own; waits for one that has begun before
   */
  static ExitHook install(String engine, Runnable withdrawal) {
    ExitHook installed = new ExitHook(engine, withdrawal);
    try {
      Runtime.getRuntime().addShutdownHook(installed.hook);
    } catch (IllegalStateException e) {
      LOG.debug("engine {} starts while the virtual machine ends", engine, e);
    }
    return installed;
  }

  /**
   * The virtual machine waits for a hook without a limit, so the work is done by another thread.
   */
  private void run() {
    Thread worker = new Thread(withdrawal, hook.getName() + "-withdrawal");
    worker.setDaemon(true);
    worker.start();
    try {
      worker.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (worker.isAlive()) {
      LOG.warn(
          "the records of {} may stay in the metadata store, which did not answer within {} s",
          engine,
          LIMIT_SECONDS);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("engine {} is closed while the virtual machine ends", engine, e);
    }
  }
}
