package io.mooncake4j.core.handshake;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.classic.PlainText;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Resolves host names within a deadline, which the platform's resolver does not know: a lookup that
 * hangs occupies one of a few daemon threads until the resolver gives up. Safe from any thread.
 */
final class NameLookup implements AutoCloseable {
  private static final int THREADS = 4;
  private static final long IDLE_SECONDS = 10;

  /** The platform's resolver, or a stand-in in tests. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final Resolver resolver;
  private final Comparator<InetAddress> preference;
  private final ThreadPoolExecutor threads;

  NameLookup(Resolver resolver, boolean preferIpv6) {
    this.resolver = resolver;
    preference = Comparator.comparing(address -> (address instanceof Inet6Address) != preferIpv6);
    AtomicInteger started = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread =
                  new Thread(task, "mooncake-handshake-dns-" + started.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(NameLookup.class.getClassLoader());
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Returns all addresses of a host, those of the preferred kind first.
   *
   * @throws MooncakeException with {@link ErrorCode#DNS} when there are none, with {@link
   *     ErrorCode#TIMEOUT} when the deadline passes
   */
  List<InetAddress> resolve(String host, long deadline) {
    InetAddress[] addresses;
    try {
      addresses =
          HostPort.isNumeric(host) ? InetAddress.getAllByName(host) : lookUp(host, deadline);
    } catch (UnknownHostException e) {
      throw new MooncakeException(
          ErrorCode.DNS,
          "host \""
              + PlainText.of(host)
              + "\" does not resolve: "
              + PlainText.of(String.valueOf(e.getMessage())),
          e);
    }
    return Arrays.stream(addresses).sorted(preference).toList();
  }

  private InetAddress[] lookUp(String host, long deadline) throws UnknownHostException {
    FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> resolver.resolve(host));
    try {
      threads.execute(lookup);
      return lookup.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new MooncakeException(
          ErrorCode.DNS,
          "host \""
              + PlainText.of(host)
              + "\" cannot be resolved: "
              + PlainText.of(String.valueOf(e.getCause())),
          e.getCause());
    } catch (TimeoutException e) {
      throw new MooncakeException(
          ErrorCode.TIMEOUT, "resolving host \"" + PlainText.of(host) + "\" took too long", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(
          ErrorCode.CANCELED, "interrupted while resolving host \"" + PlainText.of(host) + "\"", e);
    } catch (RejectedExecutionException e) {
      throw new MooncakeException(ErrorCode.CLOSED, "the handshake client is closed", e);
    } finally {
      lookup.cancel(true);
      threads.remove(lookup);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
