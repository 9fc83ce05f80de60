package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to one server, each within its deadline.
 *
 * <p>Safe from any thread. A request runs on a daemon thread of its own while the caller waits, so
 * that not even a name service that hangs delays the caller beyond the deadline. Connections are
 * kept for half a minute and closed with this object. Nothing of the JVM's or the environment's
 * proxy settings counts, and redirects are not followed: records go to the server that was named.
 */
final class HttpCalls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpCalls.class);
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?:http://)?(\\[[0-9A-Fa-f:.%]+]|[^:/@\\s]+):([0-9]{1,5})/?");

  /** More than enough for callers that wait; a bound for name look-ups that hang. */
  private static final int MOST_REQUESTS = 256;

  private static final Duration PARTING = Duration.ofSeconds(1);

  private final ServerAddress server;
  private final Duration timeout;
  private final String credentials;
  private final ExecutorService threads;
  private final OkHttpClient client;
  private volatile boolean closed;

  HttpCalls(ServerAddress server, HttpOptions options) {
    this.server = server;
    this.timeout = options.timeout();
    this.credentials = credentials(server, options);
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(options.connectTimeout())
            // One deadline for all of a request, see call().
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .followRedirects(false)
            .followSslRedirects(false)
            // The other way tries addresses on threads that outlive the store.
            .fastFallback(false)
            .socketFactory(new DirectSockets())
            .proxy(proxy(options.proxy()))
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(KeyListing.AT_ONCE, 30, TimeUnit.SECONDS));
    if (!options.caFile().isEmpty()) {
      TrustedCertificates trusted = TrustedCertificates.of(options.caFile());
      builder.sslSocketFactory(trusted.sockets(), trusted.manager());
    }
    this.threads = daemonThreads(server.base().host() + ":" + server.base().port());
    this.client = builder.dispatcher(dispatcher(threads)).build();
  }

  private static String credentials(ServerAddress server, HttpOptions options) {
    boolean inAddress = !server.user().isEmpty() || !server.password().isEmpty();
    boolean inOptions = !options.user().isEmpty() || !options.password().isEmpty();
    if (inAddress && inOptions) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          "the address of metadata server "
              + server.shown()
              + " has a user, and so have "
              + HttpOptions.USER
              + " and "
              + HttpOptions.PASSWORD
              + "; leave one out");
    }
    if (inOptions && options.user().isEmpty()) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          HttpOptions.PASSWORD + " is set, but " + HttpOptions.USER + " is not; set both");
    }
    if (!inAddress && !inOptions) {
      return "";
    }
    return inAddress
        ? Credentials.basic(server.user(), server.password(), StandardCharsets.UTF_8)
        : Credentials.basic(options.user(), options.password(), StandardCharsets.UTF_8);
  }

  private static Proxy proxy(String text) {
    if (text.isEmpty()) {
      return Proxy.NO_PROXY;
    }
    Matcher matcher = HOST_AND_PORT.matcher(text);
    int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
    if (port < 1 || port > 65535) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          HttpOptions.PROXY + "=" + Shown.text(text) + ": it is not host:port of an HTTP proxy");
    }
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(matcher.group(1), port));
  }

  private static ExecutorService daemonThreads(String name) {
    AtomicInteger numbers = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread =
              new Thread(task, "mooncake-http-" + name + "-" + numbers.incrementAndGet());
          thread.setDaemon(true);
          // The caller is told of it; a trace on the screen is no use.
          thread.setUncaughtExceptionHandler((t, e) -> LOG.debug("a request ended badly", e));
          return thread;
        });
  }

  private static Dispatcher dispatcher(ExecutorService threads) {
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(MOST_REQUESTS);
    dispatcher.setMaxRequestsPerHost(MOST_REQUESTS);
    return dispatcher;
  }

  /**
   * Makes a request, whose answer is waited for later.
   *
   * @param request what to ask; header fields are added
   * @param bodyLimit the longest body of an answer with status 200
   * @param allowed how long it may take; the store's own limit counts if it is shorter
   * @param failure puts errors into words
   */
  Pending start(Request.Builder request, long bodyLimit, Duration allowed, HttpFailure failure) {
    if (closed) {
      throw failure.closed();
    }
    Duration limit = allowed.compareTo(timeout) < 0 ? allowed : timeout;
    if (limit.isNegative() || limit.isZero()) {
      throw failure.timeout(Duration.ZERO, null);
    }
    Call call = client.newCall(complete(request));
    call.timeout().timeout(limit.toNanos(), TimeUnit.NANOSECONDS);
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Pending pending = new Pending(call, answer, limit, failure);
    call.enqueue(new Reading(answer, bodyLimit));
    return pending;
  }

  /** As {@link #start}, and waits for the answer, whatever its status. */
  Answer call(Request.Builder request, long bodyLimit, Duration allowed, HttpFailure failure) {
    return start(request, bodyLimit, allowed, failure).await();
  }

  /** A request under way. */
  final class Pending {
    private final Call call;
    private final CompletableFuture<Answer> answer;
    private final Duration limit;
    private final HttpFailure failure;
    private final long deadline;

    private Pending(
        Call call, CompletableFuture<Answer> answer, Duration limit, HttpFailure failure) {
      this.call = call;
      this.answer = answer;
      this.limit = limit;
      this.failure = failure;
      this.deadline = System.nanoTime() + limit.toNanos();
    }

    /** Waits for the answer, whatever its status. */
    Answer await() {
      try {
        return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        call.cancel();
        throw failure.timeout(limit, e);
      } catch (InterruptedException e) {
        call.cancel();
        Thread.currentThread().interrupt();
        throw failure.interrupted(e);
      } catch (ExecutionException e) {
        throw closed ? failure.closed() : failure.of(e.getCause(), limit);
      }
    }

    /** Gives the request up, if it is not answered yet. */
    void cancel() {
      call.cancel();
    }
  }

  private Request complete(Request.Builder request) {
    request
        .header("Accept", "*/*")
        .header("User-Agent", "mooncake4j/" + HttpStoreProvider.version());
    if (!credentials.isEmpty()) {
      request.header("Authorization", credentials);
    }
    return request.build();
  }

  ServerAddress server() {
    return server;
  }

  @Override
  public void close() {
    closed = true;
    client.dispatcher().cancelAll();
    threads.shutdown();
    try {
      // Requests that were cancelled end at once; one whose name look-up hangs is not waited for.
      if (!threads.awaitTermination(PARTING.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("requests to {} are still under way", server);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.connectionPool().evictAll();
  }

  /** Hands an answer, read to its end, to the waiting caller. */
  private record Reading(CompletableFuture<Answer> answer, long bodyLimit) implements Callback {
    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        answer.complete(Answer.read(response, bodyLimit));
      } catch (IOException | RuntimeException e) {
        answer.completeExceptionally(e);
      }
    }

    @Override
    public void onFailure(Call call, IOException e) {
      answer.completeExceptionally(e);
    }
  }
}
