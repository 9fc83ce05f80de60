package io.mooncake4j.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooncake4j.api.Notification;
import io.mooncake4j.core.handshake.HandshakeLimits;
import io.mooncake4j.core.handshake.HandshakeServer;
import io.mooncake4j.core.handshake.HandshakeService;
import io.mooncake4j.spi.Attributes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A handshake service that says whatever a test wants it to. */
final class FakePeer implements HandshakeService, AutoCloseable {
  final AtomicInteger asked = new AtomicInteger();
  volatile String descriptor = "null";
  volatile Function<Attributes, Attributes> onConnection = request -> null;
  volatile boolean takesNotifications = true;

  /** Runs before the descriptor is handed out; may wait. */
  volatile Runnable onMetadata = () -> {};

  private final int port;
  private final AutoCloseable server;

  FakePeer() {
    this(0);
  }

  FakePeer(int wantedPort) {
    try {
      ServerSocketChannel listener = ServerSocketChannel.open();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort));
      port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      server =
          HandshakeServer.start(
              listener, this, HandshakeLimits.of(64 << 20, Duration.ofSeconds(20)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String name() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  @Override
  public byte[] metadata(Attributes peerDescriptor) {
    asked.incrementAndGet();
    onMetadata.run();
    return (descriptor + "\n").getBytes(UTF_8);
  }

  @Override
  public Attributes connection(Attributes request) {
    return onConnection.apply(request);
  }

  @Override
  public boolean notify(Notification notification) {
    return takesNotifications;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
