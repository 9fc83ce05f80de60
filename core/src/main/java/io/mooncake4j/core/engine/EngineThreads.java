package io.mooncake4j.core.engine;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of an engine, apart by how long their work may take, so that neither a silent peer
 * nor a user's slow code keeps a retry from its time. Idle ones end.
 *
 * @param timers for decisions and timers, which never wait
 * @param blocking for handshakes, fetches and publications, which wait up to their deadlines
 * @param callbacks for what users have attached to futures, as many as wait at a time
 */
record EngineThreads(
    ScheduledExecutorService timers, ExecutorService blocking, ExecutorService callbacks)
    implements AutoCloseable {
  private static final int TIMER_THREADS = 4;
  private static final int BLOCKING_THREADS = 64;
  private static final long IDLE_SECONDS = 10;
  private static final long STOP_SECONDS = 2;

  static EngineThreads start(String engine) {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(TIMER_THREADS, new NamedThreads("mooncake-timer", engine));
    timers.setRemoveOnCancelPolicy(true);
    timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return new EngineThreads(
        timers,
        bounded(BLOCKING_THREADS, new NamedThreads("mooncake-work", engine)),
        unbounded(new NamedThreads("mooncake-callback", engine)));
  }

  /** Users' code may wait for another future's; a task that queued behind it would never run. */
  private static ExecutorService unbounded(NamedThreads names) {
    return new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), names);
  }

  private static ExecutorService bounded(int threads, NamedThreads names) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), names);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Lets what runs come to its end for a short while, then interrupts it. */
  @Override
  public void close() {
    for (ExecutorService executor : List.of(blocking, callbacks, timers)) {
      executor.shutdown();
      try {
        if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
          executor.shutdownNow();
        }
      } catch (InterruptedException e) {
        executor.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }
}
