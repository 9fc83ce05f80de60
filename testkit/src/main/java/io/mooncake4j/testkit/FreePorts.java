package io.mooncake4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports on the loopback address that were free a moment ago. Stateless; safe from any thread. A
 * port may be taken by somebody else before it is used; bind to port 0 where that is possible.
 */
public final class FreePorts {
  private FreePorts() {}

  /**
   * Finds a free port.
   *
   * @return the port
   */
  public static int one() {
    return several(1).get(0);
  }

  /**
   * Finds different free ports.
   *
   * @param count how many
   * @return the ports
   */
  public static List<Integer> several(int count) {
    List<ServerSocket> held = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket();
        held.add(socket);
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        ports.add(socket.getLocalPort());
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on the loopback address", e);
    } finally {
      held.forEach(FreePorts::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
