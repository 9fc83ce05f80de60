package io.mooncake4j.metadata.server.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a few paths over HTTP/1.1, in clear text and without authentication.
 *
 * <p>Paths match whole, after decoding; a trailing slash makes another path. An unknown path is
 * answered with 404, another method with 405. Its threads are daemons. Safe from any thread; owned
 * by who started it.
 */
public final class HttpService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpService.class);
  private static final int BACKLOG = 1024;
  private static final int LEAST_POOL = 4;
  private static final int THREAD_IDLE_MILLIS = 60_000;

  private final String name;
  private final Server server;
  private final InetSocketAddress address;

  private HttpService(String name, Server server, InetSocketAddress address) {
    this.name = name;
    this.server = server;
    this.address = address;
  }

  /**
   * Starts to serve.
   *
   * @param name of the service, for its threads and for logs, such as {@code metadata}
   * @param address to listen on; port 0 takes a free one
   * @param option that gave the address, for errors, such as {@code --port}
   * @param endpoints by path, such as {@code /metrics}
   * @param limits what clients may cost
   * @return the running service
   * @throws MooncakeException with {@link ErrorCode#SOCKET} when it cannot listen there
   */
  public static HttpService start(
      String name,
      InetSocketAddress address,
      String option,
      Map<String, HttpEndpoint> endpoints,
      HttpLimits limits) {
    Objects.requireNonNull(endpoints, "endpoints");
    if (address.isUnresolved()) {
      throw cannotListen(name, address, option, "the host name does not resolve", null);
    }
    Server server = server(name, limits);
    ServerConnector connector = connector(server, name, address, limits);
    server.setHandler(new GracefulHandler(new EndpointHandler(endpoints, limits)));
    try {
      server.start();
    } catch (Exception e) {
      stop(name, server);
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw cannotListen(name, address, option, reason.getMessage(), e);
    }
    InetSocketAddress real = new InetSocketAddress(address.getAddress(), connector.getLocalPort());
    log.info("{} serves HTTP on {}", name, text(real));
    return new HttpService(name, server, real);
  }

  private static Server server(String name, HttpLimits limits) {
    QueuedThreadPool threads =
        new QueuedThreadPool(limits.threads(), LEAST_POOL, THREAD_IDLE_MILLIS);
    threads.setName("http-" + name);
    threads.setDaemon(true);
    threads.setStopTimeout(limits.stopTime().toMillis());
    Server server =
        new Server(
            threads,
            new ScheduledExecutorScheduler("http-" + name + "-timer", true),
            new ArrayByteBufferPool());
    server.setStopTimeout(limits.stopTime().toMillis());
    server.setErrorHandler(new PlainErrors());
    return server;
  }

  private static ServerConnector connector(
      Server server, String name, InetSocketAddress address, HttpLimits limits) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(limits.headerBytes());
    ServerConnector connector = new TimedConnector(server, http, limits);
    connector.setName(name);
    connector.setHost(address.getAddress().getHostAddress());
    connector.setPort(address.getPort());
    connector.setAcceptQueueSize(BACKLOG);
    server.addConnector(connector);
    return connector;
  }

  private static MooncakeException cannotListen(
      String name, InetSocketAddress address, String option, String why, Throwable cause) {
    return new MooncakeException(
        ErrorCode.SOCKET,
        name
            + " cannot listen on "
            + text(address)
            + " ("
            + why
            + "); give a free port and an address of this host with "
            + option,
        cause);
  }

  private static String text(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    String host = ip == null ? address.getHostString() : ip.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /**
   * Returns where it listens.
   *
   * @return the address with the real port
   */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Returns the port that it listens on.
   *
   * @return the real one, also when a free one was asked for
   */
  public int port() {
    return address.getPort();
  }

  /**
   * Returns the address of a path, for people.
   *
   * @param path such as {@code /metrics}
   * @return such as {@code http://127.0.0.1:8080/metrics}
   */
  public String url(String path) {
    return "http://" + text(address) + path;
  }

  /** Stops to listen, lets unfinished requests end within the limit, and closes all connections. */
  @Override
  public void close() {
    if (server.isRunning()) {
      stop(name, server);
      log.info("{} no longer serves HTTP on {}", name, text(address));
    }
  }

  private static void stop(String name, Server server) {
    try {
      server.stop();
    } catch (Exception e) {
      // The port is closed and the connections are gone all the same.
      log.warn("{} did not stop in order: {}", name, e.toString());
    } finally {
      server.destroy();
    }
  }
}
