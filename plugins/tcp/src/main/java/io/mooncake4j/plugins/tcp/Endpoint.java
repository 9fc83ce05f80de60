package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PeerDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Where a peer's data port is and what it speaks (Mooncake transfer engine wire format, members
 * {@code tcp_data_port}, {@code tcp_data_host} and {@code tcp_proto_version} of the segment
 * descriptor). Newer C++ nodes name the data port's host; without that member it is the segment's.
 *
 * @param generation the peer's generation when it was looked up
 * @param host name or numeric address, without brackets
 * @param port the data port
 * @param version the protocol version to speak
 * @param isJava whether the server is one of these, and not C++ Mooncake's
 */
record Endpoint(long generation, String host, int port, int version, boolean isJava) {
  private static final int MAX_PORT = 65535;

  /** How much a C++ server reads of memory before it waits for the socket to take it. */
  private static final long CHUNK_BYTES = 64 << 10;

  /**
   * Reads a descriptor.
   *
   * @throws MooncakeException with {@link ErrorCode#ENDPOINT} when the peer has no data port, with
   *     {@link ErrorCode#MALFORMED} when a member has the wrong type
   */
  static Endpoint of(long generation, PeerDescriptor descriptor, int highestVersion) {
    Attributes classic = descriptor.classic();
    long port = classic.integer("tcp_data_port", 0);
    if (port <= 0 || port > MAX_PORT) {
      throw new MooncakeException(
          ErrorCode.ENDPOINT,
          descriptor.segmentName()
              + " publishes no TCP data port (tcp_data_port is "
              + Long.toUnsignedString(port)
              + "); start it with the tcp transport");
    }
    String host = bare(classic.text("tcp_data_host", ""));
    if (host.isEmpty()) {
      host = descriptor.host();
    }
    if (host.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.ENDPOINT,
          descriptor.segmentName() + " has no host: no engine owns it, so TCP cannot reach it");
    }
    long version = classic.integer("tcp_proto_version", 1);
    return new Endpoint(
        generation,
        host,
        (int) port,
        Long.compareUnsigned(version, 2) >= 0 && highestVersion >= 2 ? 2 : 1,
        descriptor.fromJava());
  }

  private static String bare(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }

  /** Whether both mean the same server. */
  boolean sameServer(Endpoint other) {
    return host.equals(other.host) && port == other.port && version == other.version;
  }

  /**
   * Whether a refusal does not take back what was answered before it. A C++ server closes with
   * requests unread, which resets the connection.
   */
  boolean keepsAnswers() {
    return isJava;
  }

  /** Longest read that is worth a request; longer ones are not answered faster. */
  long longestRead() {
    return isJava ? Long.MAX_VALUE : CHUNK_BYTES;
  }

  boolean acknowledges() {
    return version >= 2;
  }

  /**
   * Connects, trying addresses in order.
   *
   * @param addresses those of the host
   * @param opening is told of each channel before it connects, so that another thread can close it
   * @return a connected blocking channel
   * @throws MooncakeException with {@link ErrorCode#SOCKET}
   */
  SocketChannel connect(
      List<InetAddress> addresses, TcpOptions options, Consumer<SocketChannel> opening) {
    IOException last = null;
    for (InetAddress address : addresses) {
      try {
        return connect(new InetSocketAddress(address, port), options, opening);
      } catch (IOException e) {
        last = e;
      }
    }
    String cause = last == null || last.getMessage() == null ? "no answer" : last.getMessage();
    throw new MooncakeException(
        ErrorCode.SOCKET,
        "cannot connect to "
            + this
            + ": "
            + cause
            + "; is the peer running, and is the port open to this host?",
        last);
  }

  private static SocketChannel connect(
      InetSocketAddress address, TcpOptions options, Consumer<SocketChannel> opening)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      opening.accept(channel);
      Sockets.configure(channel, options);
      long millis = TimeUnit.NANOSECONDS.toMillis(options.connectTimeoutNanos());
      channel.socket().connect(address, (int) Math.max(1, Math.min(millis, Integer.MAX_VALUE)));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
