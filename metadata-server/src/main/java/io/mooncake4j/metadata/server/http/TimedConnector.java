package io.mooncake4j.metadata.server.http;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Accepts so many connections and no more, each with deadlines for its requests. */
final class TimedConnector extends ServerConnector {
  /** While no more connections are accepted, one that is silent for this long is closed. */
  private static final long IDLE_MILLIS_WHEN_FULL = 1000;

  /** When the server stops, connections without a request are closed after this long. */
  private static final long SHUTDOWN_IDLE_MILLIS = 100;

  private final long requestMillis;
  private final NetworkConnectionLimit connections;

  TimedConnector(Server server, HttpConfiguration http, HttpLimits limits) {
    super(server, 1, 1, new HttpConnectionFactory(http));
    requestMillis = limits.requestTime().toMillis();
    setIdleTimeout(limits.idleTime().toMillis());
    setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
    connections = new NetworkConnectionLimit(limits.connections(), this);
    connections.setEndPointIdleTimeout(Math.min(IDLE_MILLIS_WHEN_FULL, getIdleTimeout()));
    server.addBean(connections);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    TimedEndPoint connection =
        new TimedEndPoint(channel, selector, key, getScheduler(), requestMillis);
    connection.setIdleTimeout(getIdleTimeout());
    return connection;
  }

  /** Jetty shortens the patience with connections that are open already, not with the last ones. */
  @Override
  protected void onEndPointOpened(EndPoint connection) {
    super.onEndPointOpened(connection);
    int count =
        connections.getNetworkConnectionCount() + connections.getPendingNetworkConnectionCount();
    if (count >= connections.getMaxNetworkConnectionCount()) {
      connection.setIdleTimeout(connections.getEndPointIdleTimeout());
    }
  }
}
