package io.mooncake4j.core.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooncake4j.api.Notification;
import io.mooncake4j.spi.Attributes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/** Answers as the test says and remembers what it was asked. */
final class RecordingService implements HandshakeService {
  static final String DESCRIPTOR = "{\"name\":\"127.0.0.1:1\",\"protocol\":\"\"}\n";

  final List<Attributes> descriptors = new CopyOnWriteArrayList<>();
  final List<Attributes> connections = new CopyOnWriteArrayList<>();
  final List<Notification> notifications = new CopyOnWriteArrayList<>();
  volatile Function<Attributes, byte[]> onMetadata = peer -> DESCRIPTOR.getBytes(UTF_8);
  volatile Function<Attributes, Attributes> onConnection = request -> null;
  volatile Predicate<Notification> onNotify = notification -> true;

  @Override
  public byte[] metadata(Attributes peerDescriptor) {
    descriptors.add(peerDescriptor);
    return onMetadata.apply(peerDescriptor);
  }

  @Override
  public Attributes connection(Attributes request) {
    connections.add(request);
    return onConnection.apply(request);
  }

  @Override
  public boolean notify(Notification notification) {
    notifications.add(notification);
    return onNotify.test(notification);
  }
}
