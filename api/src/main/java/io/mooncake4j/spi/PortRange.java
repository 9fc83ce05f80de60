package io.mooncake4j.spi;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Options;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports on which this host's engines listen, and the way to open a listener on a free one.
 *
 * @param address the address to bind, or null for all addresses of the host
 * @param minimum the lowest port
 * @param maximum the highest port, not below {@code minimum}
 */
public record PortRange(InetAddress address, int minimum, int maximum) {
  /**
   * Checks the order.
   *
   * @throws MooncakeException with {@link ErrorCode#OPTION} when the range is empty
   */
  public PortRange {
    if (minimum > maximum) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          NetworkOptions.MIN_PORT
              + "="
              + minimum
              + " is above "
              + NetworkOptions.MAX_PORT
              + "="
              + maximum
              + "; give a range that is not empty");
    }
  }

  /**
   * Reads bind address and range from the options.
   *
   * @param options holds {@link NetworkOptions}
   * @return the range
   * @throws MooncakeException with {@link ErrorCode#OPTION} when the address is not this host's or
   *     the range is empty
   */
  public static PortRange of(Options options) {
    String text = options.get(NetworkOptions.BIND_ADDRESS);
    InetAddress address = text.isEmpty() ? null : own(text);
    return new PortRange(
        address, options.get(NetworkOptions.MIN_PORT), options.get(NetworkOptions.MAX_PORT));
  }

  /** Reads a numeric address and makes sure that it is one of this host. */
  private static InetAddress own(String text) {
    if (!text.matches("[0-9.]+|.*:.*")) {
      throw refused(text, "is no address; give a numeric one", null);
    }
    try {
      InetAddress address = InetAddress.getByName(text);
      if (!address.isAnyLocalAddress() && NetworkInterface.getByInetAddress(address) == null) {
        throw refused(text, "is no address of this host; give one that an interface has", null);
      }
      return address;
    } catch (IOException e) {
      throw refused(text, "is no address; give a numeric one", e);
    }
  }

  private static MooncakeException refused(String text, String why, IOException cause) {
    return new MooncakeException(
        ErrorCode.OPTION, NetworkOptions.BIND_ADDRESS + "=" + text + " " + why, cause);
  }

  /**
   * Opens a blocking listener on a free port, chosen at random so that engines that start together
   * do not race for the same one.
   *
   * @param backlog how many connections may wait to be accepted
   * @return the listener, owned by the caller
   * @throws MooncakeException with {@link ErrorCode#SOCKET} when no port is free or the address
   *     cannot be bound
   */
  public ServerSocketChannel listen(int backlog) {
    int size = maximum - minimum + 1;
    int first = ThreadLocalRandom.current().nextInt(size);
    IOException last = null;
    for (int i = 0; i < size; i++) {
      int port = minimum + (first + i) % size;
      try {
        return bind(port, backlog);
      } catch (BindException e) {
        last = e;
      } catch (IOException e) {
        throw new MooncakeException(
            ErrorCode.SOCKET, "cannot listen on port " + port + ": " + e.getMessage(), e);
      }
    }
    throw new MooncakeException(
        ErrorCode.SOCKET,
        "no free port from "
            + minimum
            + " to "
            + maximum
            + (address == null ? "" : " at " + address.getHostAddress())
            + "; close other engines or widen "
            + NetworkOptions.MIN_PORT
            + " and "
            + NetworkOptions.MAX_PORT,
        last);
  }

  private ServerSocketChannel bind(int port, int backlog) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      // Without this a port in TIME_WAIT of an engine that has just stopped counts as taken; two
      // listeners still cannot share a port.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(
          address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port),
          backlog);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }
}
