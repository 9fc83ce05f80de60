package io.mooncake4j.plugins.metadata.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Says the same to everybody as soon as anything has arrived; what speaks no HTTP is served too.
 */
final class ScriptedListener implements AutoCloseable {
  private final ServerSocket server;

  private ScriptedListener(ServerSocket server) {
    this.server = server;
  }

  static ScriptedListener answering(String text) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> serve(server, text), "scripted-listener");
    thread.setDaemon(true);
    thread.start();
    return new ScriptedListener(server);
  }

  private static void serve(ServerSocket server, String text) {
    try {
      while (true) {
        try (Socket socket = server.accept()) {
          if (socket.getInputStream().read() >= 0) {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().skip(1 << 20);
          }
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
