package io.mooncake4j.benchmarks.rivals.redis;

import io.mooncake4j.benchmarks.peers.ServerProcess;
import io.mooncake4j.benchmarks.peers.UnsupportedPeerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/**
 * A redis-server on a free port of 127.0.0.1 that keeps everything in memory, in an empty temporary
 * folder that is gone as soon as the server runs.
 *
 * <p>A shell stands between: it ends the server when its own input ends, which redis-server does
 * not do by itself.
 */
final class RedisServer implements AutoCloseable {
  private static final int ATTEMPTS = 5;

  /** Says the server's process id; $1 is the port. Redis needs its folder only to stand in. */
  private static final String SHELL =
      """
      folder=$(mktemp -d) || exit 1
      redis-server --port "$1" --bind 127.0.0.1 --dir "$folder" --save '' --appendonly no \
        --daemonize no --loglevel warning >&2 </dev/null &
      pid=$!
      trap 'kill "$pid" 2>/dev/null; wait "$pid"; rm -rf "$folder"' EXIT
      trap 'exit 1' INT TERM HUP
      echo "$pid"
      while read -r line; do
        rmdir "$folder"
        echo "$line"
      done
      """;

  private final ServerProcess shell;
  private final long pid;
  private final InetSocketAddress address;

  private RedisServer(int port) throws IOException {
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    shell = new ServerProcess(List.of("/bin/sh", "-c", SHELL, "redis", String.valueOf(port)));
    try {
      pid = Long.parseLong(shell.readLine());
    } catch (IOException | NumberFormatException e) {
      shell.close();
      throw e;
    }
  }

  /** Starts one and waits until it answers. */
  static RedisServer start() throws IOException, UnsupportedPeerException {
    version();
    IOException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      RedisServer server = new RedisServer(freePort());
      try (RedisConnection connection = RedisConnection.open(server.address, server::isAlive)) {
        connection.ping();
        server.shell.ask("ready");
        return server;
      } catch (IOException e) {
        // Another program may have taken the port meanwhile.
        last = e;
        server.close();
      }
    }
    throw last;
  }

  /** What redis-server says of itself. */
  static String version() throws UnsupportedPeerException {
    try (ServerProcess process = new ServerProcess(List.of("redis-server", "--version"))) {
      String line = process.readLine();
      return line.replaceAll(".*v=(\\S+).*", "$1");
    } catch (IOException e) {
      throw new UnsupportedPeerException(
          "redis-server cannot be run (Debian's package redis-server): " + e.getMessage());
    }
  }

  InetSocketAddress address() {
    return address;
  }

  long pid() {
    return pid;
  }

  private boolean isAlive() {
    return ProcessHandle.of(pid).isPresent();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    shell.close();
  }
}
