package io.mooncake4j.core.handshake;

import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.core.classic.HandshakeMessages;
import io.mooncake4j.core.classic.JsonAttributes;
import io.mooncake4j.spi.Attributes;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the reply to one frame. Bad requests are answered where the protocol has words for it, and
 * otherwise end without a reply. Safe from any thread.
 */
final class HandshakeAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeAnswers.class);
  private static final byte[] NOTHING = "null\n".getBytes(StandardCharsets.US_ASCII);

  private final HandshakeService service;

  HandshakeAnswers(HandshakeService service) {
    this.service = service;
  }

  /**
   * Answers a frame.
   *
   * @return the body of the reply
   * @throws RuntimeException when there is no reply to send
   */
  byte[] answer(HandshakeFrame request) {
    // A root that is null is nothing to anybody; C++ takes it as well.
    Attributes body = JsonAttributes.read(request.body()).orElse(Attributes.emptyMap());
    return switch (request.type()) {
      case CONNECTION -> JsonAttributes.write(connection(body), true);
      case METADATA -> metadata(body);
      case NOTIFY ->
          JsonAttributes.write(HandshakeMessages.notificationReply(notification(body)), true);
      case PROBE -> JsonAttributes.write(HandshakeMessages.probeReply(), true);
    };
  }

  private Attributes connection(Attributes body) {
    try {
      Attributes answer = service.connection(HandshakeMessages.parseConnection(body));
      return answer == null
          ? HandshakeMessages.emptyConnection()
          : HandshakeMessages.connection(answer);
    } catch (MooncakeException e) {
      return HandshakeMessages.refusal(e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("a connection handshake failed", e);
      return HandshakeMessages.refusal("the peer failed to handle the handshake, see its log");
    }
  }

  private byte[] metadata(Attributes body) {
    boolean descriptor = body.type() == Attributes.Type.MAP;
    byte[] own = service.metadata(descriptor ? body : Attributes.emptyMap());
    return own == null ? NOTHING : own;
  }

  private boolean notification(Attributes body) {
    Notification notification;
    try {
      notification = HandshakeMessages.parseNotification(body);
    } catch (MooncakeException e) {
      LOG.debug("a notification was refused: {}", e.getMessage());
      return false;
    }
    return service.notify(notification);
  }
}
