package io.mooncake4j.plugins.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.Future;

/**
 * A connection's socket, from looking up the peer's name on. Opened by one thread; any other may
 * close it meanwhile, whatever that thread is waiting for.
 */
final class Opening {
  private final NameLookup names;
  private final TcpOptions options;
  private volatile Future<?> lookup;
  private volatile SocketChannel channel;
  private volatile boolean closed;

  Opening(NameLookup names, TcpOptions options) {
    this.names = names;
    this.options = options;
  }

  /** Connects, unless it is closed. */
  SocketChannel open(Endpoint endpoint) throws IOException {
    List<InetAddress> addresses = names.resolve(endpoint, options, this::adopt);
    return endpoint.connect(addresses, options, this::adopt);
  }

  private void adopt(Future<?> pending) {
    lookup = pending;
    if (closed) {
      pending.cancel(true);
    }
  }

  private void adopt(SocketChannel opening) {
    channel = opening;
    if (closed) {
      Sockets.close(opening);
    }
  }

  /** Ends the wait for a name, for the connection, or for anything on the open socket. */
  void close() {
    closed = true;
    Future<?> pending = lookup;
    if (pending != null) {
      pending.cancel(true);
    }
    SocketChannel open = channel;
    if (open != null) {
      Sockets.close(open);
    }
  }
}
