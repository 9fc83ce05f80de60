package io.mooncake4j.core.engine;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes daemon threads that say what they are for and whose they are, with core's class loader as
 * context class loader: whoever happens to start one, maybe a plugin, must not leave its own
 * behind.
 */
final class NamedThreads implements ThreadFactory {
  private final String prefix;
  private final AtomicInteger count = new AtomicInteger();

  NamedThreads(String purpose, String engine) {
    prefix = purpose + "-" + engine + "-";
  }

  @Override
  public Thread newThread(Runnable job) {
    Thread thread = new Thread(job, prefix + count.incrementAndGet());
    thread.setDaemon(true);
    thread.setContextClassLoader(NamedThreads.class.getClassLoader());
    return thread;
  }
}
