package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Resolves peers' names within a time, which the platform's resolver does not know: a lookup that
 * hangs occupies one of a few daemon threads until the resolver gives up, and nobody else. Safe
 * from any thread.
 */
final class NameLookup implements AutoCloseable {
  private static final int THREADS = 4;
  private static final long IDLE_SECONDS = 10;
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);

  /** The platform's resolver, or a stand-in in tests. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private final Resolver resolver;
  private final ThreadPoolExecutor threads;

  NameLookup(Resolver resolver) {
    this.resolver = resolver;
    AtomicInteger started = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "mooncake-tcp-dns-" + started.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Returns all addresses of an endpoint's host, those of the preferred kind first. Numeric ones
   * need no thread.
   *
   * @param waiting is told what to cancel to end the wait; not called for numeric addresses
   * @throws MooncakeException with {@link ErrorCode#DNS} when there are none in time, with {@link
   *     ErrorCode#CLOSED} when the wait is ended
   */
  List<InetAddress> resolve(Endpoint endpoint, TcpOptions options, Consumer<Future<?>> waiting) {
    String host = endpoint.host();
    InetAddress[] found;
    try {
      found =
          isNumeric(host)
              ? InetAddress.getAllByName(host)
              : lookUp(endpoint, options.connectTimeoutNanos(), waiting);
    } catch (UnknownHostException e) {
      throw new MooncakeException(
          ErrorCode.DNS,
          "the host of " + endpoint + " does not resolve; check the peer's advertised address",
          e);
    }
    List<InetAddress> addresses = new ArrayList<>(List.of(found));
    int wanted = options.preferIpv6() ? 16 : 4;
    addresses.sort(Comparator.comparing(address -> address.getAddress().length != wanted));
    return addresses;
  }

  /** A name has no colon, so what has one is an IPv6 address or refused without a lookup. */
  private static boolean isNumeric(String host) {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }

  private InetAddress[] lookUp(Endpoint endpoint, long nanos, Consumer<Future<?>> waiting)
      throws UnknownHostException {
    FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> resolver.resolve(endpoint.host()));
    try {
      threads.execute(lookup);
      waiting.accept(lookup);
      return lookup.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new MooncakeException(
          ErrorCode.DNS,
          "the host of " + endpoint + " cannot be resolved: " + e.getCause(),
          e.getCause());
    } catch (TimeoutException e) {
      throw new MooncakeException(
          ErrorCode.DNS,
          "the host of "
              + endpoint
              + " was not resolved within "
              + TimeUnit.NANOSECONDS.toMillis(nanos)
              + " ms; check this host's resolver, or raise "
              + TcpOptions.CONNECT_TIMEOUT,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(
          ErrorCode.CANCELED, "interrupted while resolving the host of " + endpoint, e);
    } catch (CancellationException | RejectedExecutionException e) {
      throw new MooncakeException(
          ErrorCode.CLOSED, "closed while resolving the host of " + endpoint, e);
    } finally {
      lookup.cancel(true);
      threads.remove(lookup);
    }
  }

  /** Interrupts what runs; whoever waits must have been told before. Waits for nothing. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
