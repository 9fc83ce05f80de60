package io.mooncake4j.core.handshake;

import io.mooncake4j.api.MooncakeException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that make a handshake server's answers: some for Connections, in which transports set
 * up hardware and take their time, and some for everything else, which therefore never waits for
 * them. Their number also bounds how many documents are parsed at a time. They end when idle.
 *
 * <p>What waits for a thread is bounded by the server's number of clients. Safe from any thread.
 */
final class HandshakeWorkers {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeWorkers.class);
  private static final int CONNECTION_THREADS = 8;
  private static final int OTHER_THREADS = 4;
  private static final long IDLE_SECONDS = 10;

  private final HandshakeAnswers answers;
  private final ThreadPoolExecutor connections;
  private final ThreadPoolExecutor others;

  HandshakeWorkers(String name, HandshakeAnswers answers) {
    this.answers = answers;
    connections = pool(name + "-connection-", CONNECTION_THREADS);
    others = pool(name + "-worker-", OTHER_THREADS);
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    AtomicInteger started = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + started.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(HandshakeWorkers.class.getClassLoader());
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Answers a request on one of the threads.
   *
   * @param request a frame
   * @param whenDone gets the reply's frame, or null when there is none
   */
  void answer(HandshakeFrame request, Consumer<byte[]> whenDone) {
    ThreadPoolExecutor pool = request.type() == HandshakeType.CONNECTION ? connections : others;
    try {
      pool.execute(() -> run(request, whenDone));
    } catch (RejectedExecutionException e) {
      whenDone.accept(null);
    }
  }

  private void run(HandshakeFrame request, Consumer<byte[]> whenDone) {
    byte[] reply = null;
    try {
      reply = request.answer(answers.answer(request)).encode();
    } catch (MooncakeException e) {
      LOG.debug("a {} handshake gets no reply: {}", request.type(), e.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.warn("a {} handshake failed", request.type(), e);
    } finally {
      // Also if there was no memory for the message: the client must not be left waiting.
      whenDone.accept(reply);
    }
  }

  /** Interrupts what runs and drops what waits. */
  void close() {
    connections.shutdownNow();
    others.shutdownNow();
  }

  /** Waits until all threads have ended, but not longer than a time for each kind. */
  void awaitEnd(Duration timeout) throws InterruptedException {
    boolean ended =
        connections.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS)
            && others.awaitTermination(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      LOG.warn("a call of the handshake service did not end within {} ms", timeout.toMillis());
    }
  }
}
