package io.mooncake4j.plugins.tcp;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/** What both ends do with sockets. */
final class Sockets {
  private Sockets() {}

  /** Small frames leave at once, dead hosts are noticed some day, buffers are as wished. */
  static void configure(SocketChannel channel, TcpOptions options) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (options.sendBufferBytes() > 0) {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
    }
    if (options.receiveBufferBytes() > 0) {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
    }
  }

  /** Whether both ends of a connection are on this host: they have the same address. */
  static boolean isWithinHost(SocketChannel channel) throws IOException {
    InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
    InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
    return local.getAddress().equals(remote.getAddress());
  }

  /** Closes a channel or selector of which nothing more is wanted, not even its complaints. */
  static void close(Closeable channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed all the same, and nobody could act on this.
      return;
    }
  }
}
